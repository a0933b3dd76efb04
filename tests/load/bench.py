"""`make bench`: counts and ratios of one run, each beside its goal. Nothing here is a test."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

from tests.load import cold_start, prices, replay, routing
from tests.load.replay import Tally

WEBHOOK, INGEST = "channels-whatsapp-webhook", "conversations-ingest"


def main() -> None:
    hot_path()
    imports()
    engine()
    routed()
    growth()
    second_start()


def hot_path() -> None:
    print("Replay of 1,000 webhooks: 200 new conversations, 700 messages in them, 100 duplicates; batches of ten")
    with quiet():
        tallies = replay.run()
    existing, new, duplicate = tallies["existing"], tallies["new"], tallies["duplicate"]
    print("  per message            calls  write units  read units  $ per million")
    for name, tally in tallies.items():
        calls, writes, reads = (tally.per_message(each) for each in (tally.calls, tally.writes, tally.reads))
        print(f"  {name:20} {calls:7.2f} {writes:12.2f} {reads:11.2f} {tally.dollars_per_million():14.2f}")
    for name, tally in tallies.items():
        print(f"  {name}, by step (calls, write units): {_steps(tally)}")
    goal("webhook calls", existing.per_message(existing.calls, WEBHOOK), 1)
    goal("ingest calls, existing conversation", existing.per_message(existing.calls, INGEST), 2.2)
    goal("ingest write units", existing.per_message(existing.writes, INGEST), 2)
    goal("ingest read units", existing.per_message(existing.reads, INGEST), 0)
    goal("calls to the agent's notification", existing.per_message(existing.calls), 6)
    goal("duplicate, write units", duplicate.per_message(duplicate.writes), 2)
    goal(
        "new conversation to the alert, more calls",
        new.per_message(new.calls) - existing.per_message(existing.calls),
        8,
    )
    goal(
        "new conversation to the alert, more write units",
        new.per_message(new.writes) - existing.per_message(existing.writes),
        8,
    )
    connect = prices.CONNECT_CHAT_MESSAGE * 1_000_000
    print(f"  Amazon Connect asks {connect / existing.dollars_per_million():,.0f} times as much for a chat message")


def imports() -> None:
    print("Cold import (modules; instructions as a share of the eager stack)")
    eager = cold_start.measure(cold_start.EAGER)
    for name, statement in (("webhook", cold_start.WEBHOOK), ("ingest", cold_start.INGEST)):
        cold = cold_start.measure(statement)
        goal(f"{name}, modules", cold.modules, 400)
        if cold.instructions and eager.instructions:
            goal(f"{name}, instructions / eager", cold.instructions / eager.instructions, 0.50)
        print(f"  {name}: forbidden modules loaded: {cold.forbidden or 'none'}")


def engine() -> None:
    print(
        f"The matcher at {routing.WAITING:,} waiting x {routing.AGENTS:,} agents, over a nested loop in the same process"
    )
    for name, every_feature in (("one queue, one medium", False), ("every feature (no goal)", True)):
        speed = routing.speed(every_feature=every_feature)
        print(f"  {name}: {speed.ratio:.0f} times as fast, {'the same' if speed.same else 'ANOTHER'} result")
        if not every_feature:
            goal("nested loop / matcher, inverse x 60", 60 / speed.ratio, 1)
            goal("bitmap operations per waiting item", speed.operations, 2)
    few, many = routing.looks_for_one_agent(500), routing.looks_for_one_agent(50_000)
    print(f"  one agent becomes free: {few} looks at 500 waiting, {many} at 50,000")


def routed() -> None:
    print("Assign step, per interaction given to an agent who comes back")
    print("  waiting       calls  write units  read units")
    with quiet():
        costs = {waiting: routing.cost(waiting) for waiting in (10, 1_000, 10_000)}
    for waiting, cost in costs.items():
        print(f"  {waiting:7,} {cost.calls:11.2f} {cost.writes:12.2f} {cost.reads:11.2f}")
    least, most = costs[10], costs[10_000]
    goal("calls", most.calls, 4)
    goal("write units", most.writes, 4)
    goal("read units", most.reads, 2)
    goal("units at 10,000 over those at 10", (most.writes + most.reads) / (least.writes + least.reads), 1.05)


def growth() -> None:
    print("Local cloud, time per message with 20,000 stored messages over 100 (median of three alternated pairs)")
    with quiet():
        pairs = [(replay.time_per_message(100), replay.time_per_message(20_000)) for _ in range(3)]
    goal("20,000 / 100", statistics.median(full / small for small, full in pairs), 1.5)


def second_start() -> None:
    print("Start of the local cloud to ready, over `import moto.server`")
    baseline = min(_seconds([sys.executable, "-c", "import moto.server"]) for _ in range(3))
    start = min(_seconds_to_ready() for _ in range(2))
    goal("second start / import moto.server", start / baseline, 10)


@contextmanager
def quiet() -> Iterator[None]:
    """Functions log to standard output, which here is for the figures; what fails is told on standard error."""
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        yield


def goal(name: str, figure: float, bound: float) -> None:
    mark = "ok  " if round(figure, 2) <= bound else "OVER"
    print(f"  {mark} {name}: {figure:.2f} (goal: at most {bound:g})")


def _steps(tally: Tally) -> str:
    return ", ".join(
        f"{step} {tally.per_message(tally.calls, step):.2f}/{tally.per_message(tally.writes, step):.2f}"
        for step in sorted(tally.calls)
    )


def _seconds(command: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - begun


def _seconds_to_ready() -> float:
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "local"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PORT": "0"},
    )
    try:
        for line in process.stdout or ():
            if line.startswith("ready"):
                return time.perf_counter() - begun
        raise RuntimeError("the local cloud did not start")
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
