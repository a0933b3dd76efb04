"""Who gets the interaction: the pure decision, by examples and by properties."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from switchboard.routing.candidates import Candidates
from switchboard.routing.matching import Decision
from switchboard.routing.models import Agent, Interaction, Membership, QueueRules, Slot
from switchboard.routing.utilization import DEFAULT, Capacity, Utilization

QUEUE = "queue"
SKILLS = ["billing", "french", "phones"]
RULES = QueueRules(queue_id=QUEUE)


def agent(
    user_id: str, idle_since: int = 0, *, skills: tuple[str, ...] = (), held: int = 0, member: bool = True
) -> Agent:
    return Agent(
        user_id=user_id,
        on_queue=True,
        idle_since=idle_since,
        queues={QUEUE: Membership()} if member else {},
        skills=dict.fromkeys(skills, 3.0),
        slots={f"{user_id}-{number}": Slot(media="message", since=0) for number in range(held)},
    )


def interaction(**wanted: object) -> Interaction:
    base = Interaction(conversation_id="conversation", participant_id="acd", queue_id=QUEUE)
    return replace(base, **wanted)


def choose(
    wish: Interaction,
    agents: list[Agent],
    rules: QueueRules,
    utilization: Utilization,
    *,
    now: int = 0,
    resume: bool = False,
) -> Decision | None:
    return Candidates(agents, utilization).choose(wish, rules, now, {}, {} if resume else None)


def chosen(
    agents: list[Agent], rules: QueueRules = RULES, *, resume: bool = False, **wanted: object
) -> tuple[str, str]:
    decision = choose(interaction(**wanted), agents, rules, DEFAULT, resume=resume)
    return (decision.user_id, decision.used_routing) if decision else ("", "")


def test_the_longest_idle_member_is_chosen() -> None:
    assert chosen([agent("b", 20), agent("a", 30), agent("c", 10)]) == ("c", "Standard")


def test_a_decision_says_what_was_asked_for() -> None:
    able = replace(agent("a", skills=("billing",)), languages={"french": 3.0})

    def why(rules: QueueRules = RULES, **wanted: object) -> str:
        decision = choose(interaction(**wanted), [able], rules, DEFAULT)
        return decision.why if decision else ""

    order = "least busy, then longest idle"
    assert why() == order
    assert why(language_id="french") == f"{order} with the language asked for"
    both = {"skill_ids": ["billing"], "language_id": "french"}
    assert why(**both) == f"{order} with every skill and the language asked for"
    best = replace(RULES, skill_evaluation="BEST")
    assert why(best, skill_ids=["billing"]) == f"best skills, then {order} with every skill asked for"
    assert why(expression=["skill", "billing", ">", 1]) == f"{order} with the expression asked for"


def test_who_has_less_on_hand_comes_before_who_is_idle_longer() -> None:
    assert chosen([agent("busy", 1, held=1), agent("free", 99)])[0] == "free"


def test_nobody_beyond_capacity_off_queue_not_responding_or_outside_the_queue() -> None:
    off, silent = replace(agent("off"), on_queue=False), replace(agent("silent"), responding=False)
    assert chosen([agent("full", held=4), off, silent, agent("stranger", member=False)]) == ("", "")


def test_left_memberships_do_not_count() -> None:
    left = replace(agent("left"), queues={QUEUE: Membership(joined=False)})
    assert chosen([left]) == ("", "")


def test_every_skill_and_the_language_are_needed_unless_disregarded() -> None:
    speaker = replace(agent("speaker", 50, skills=("billing",)), languages={"fr": 4.0})
    others = [agent("unskilled", 1), agent("mute", 2, skills=("billing",)), speaker]
    lenient = replace(RULES, skill_evaluation="NONE")
    assert chosen(others, skill_ids=["billing"], language_id="fr")[0] == "speaker"
    assert chosen(others, lenient, skill_ids=["billing"], language_id="fr")[0] == "unskilled"


def test_best_available_skills_prefers_the_highest_average() -> None:
    expert = replace(agent("expert", 99), skills={"billing": 5.0})
    assert (
        chosen(
            [agent("idle", 1, skills=("billing",)), expert],
            replace(RULES, skill_evaluation="BEST"),
            skill_ids=["billing"],
        )[0]
        == "expert"
    )


def test_the_last_agent_comes_first_as_far_as_the_queue_allows() -> None:
    agents = [agent("idle", 1), agent("known", 99), agent("outside", 50, member=False)]
    assert chosen(agents, last_agent="known") == ("known", "Last")
    assert chosen(agents, last_agent="outside") == ("idle", "Standard")
    assert chosen(agents, replace(RULES, last_agent_mode="AnyAgent"), last_agent="outside") == ("outside", "Last")
    assert chosen(agents, replace(RULES, last_agent_mode="Disabled"), last_agent="known") == ("idle", "Standard")


def test_a_last_agent_who_is_busy_is_passed_over() -> None:
    assert chosen([agent("idle", 1), agent("known", 99, held=4)], last_agent="known") == ("idle", "Standard")


def test_an_agent_named_directly_comes_before_all() -> None:
    assert chosen([agent("idle", 1), agent("named", 99)], direct_agent="named", last_agent="idle") == (
        "named",
        "Direct",
    )


def test_who_holds_a_slot_for_it_is_found_again_by_a_retry_and_by_nothing_else() -> None:
    slots = {"conversation": Slot(media="message", since=5, due=100)}
    holder = replace(agent("holder", 99), slots=slots)
    assert chosen([agent("idle", 1), holder], resume=True)[0] == "holder"
    assert chosen([agent("idle", 1), holder])[0] == "idle"
    assert chosen([holder]) == ("", "")


def test_another_medium_needs_leave_to_interrupt() -> None:
    utilization = {**DEFAULT, "email": Capacity(maximum_capacity=1, interruptable_media_types=["message"])}
    writer = replace(agent("writer"), slots={"mail": Slot(media="email", since=0)})
    assert choose(interaction(), [writer], RULES, utilization) is not None
    assert choose(interaction(media="call"), [writer], RULES, utilization) is None
    assert choose(interaction(media="email"), [agent("talker", held=1)], RULES, utilization) is None


agents_of_a_queue = st.lists(
    st.builds(
        lambda user_id, idle_since, skills, held, member, on_queue, responding: replace(
            agent(user_id, idle_since, skills=tuple(skills), held=held, member=member),
            on_queue=on_queue,
            responding=responding,
        ),
        user_id=st.sampled_from([f"user{number}" for number in range(12)]),
        idle_since=st.integers(0, 100),
        skills=st.sets(st.sampled_from(SKILLS)),
        held=st.integers(0, 5),
        member=st.booleans(),
        on_queue=st.booleans(),
        responding=st.booleans(),
    ),
    max_size=12,
    unique_by=lambda each: each.user_id,
)
wishes = st.builds(
    interaction,
    skill_ids=st.lists(st.sampled_from(SKILLS), unique=True),
    last_agent=st.sampled_from(["", "user1", "user2"]),
)


@given(agents_of_a_queue, wishes)
def test_never_unskilled_never_over_capacity_never_idle_work(agents: list[Agent], wish: Interaction) -> None:
    able = [
        each
        for each in agents
        if each.on_queue
        and each.responding
        and each.queues
        and len(each.slots) < 4
        and set(wish.skill_ids) <= set(each.skills)
    ]
    decision = choose(wish, agents, RULES, DEFAULT)
    if decision is None:
        assert not able
        return
    (given_to,) = [each for each in agents if each.user_id == decision.user_id]
    assert given_to.on_queue and given_to.responding and given_to.queues and len(given_to.slots) < 4
    if decision.used_routing == "Standard":
        assert set(wish.skill_ids) <= set(given_to.skills)
        assert (len(given_to.slots), given_to.idle_since) == min((len(each.slots), each.idle_since) for each in able)
    else:
        assert decision.user_id == wish.last_agent


@given(agents_of_a_queue, wishes, st.randoms())
def test_the_order_in_which_agents_are_read_does_not_matter(
    agents: list[Agent], wish: Interaction, random: object
) -> None:
    shuffled = sorted(agents, key=lambda _: random.random())  # type: ignore[attr-defined]
    before, after = choose(wish, agents, RULES, DEFAULT), choose(wish, shuffled, RULES, DEFAULT)
    assert before == after


@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(0, 10**12), st.uuids()), unique=True))
def test_ranks_order_by_priority_then_by_time(waiting: list[tuple[int, int, object]]) -> None:
    ranked = sorted(
        (interaction(priority=priority, queued_at=at, conversation_id=str(key)) for priority, at, key in waiting),
        key=lambda each: each.rank,
    )
    wanted = sorted(ranked, key=lambda each: (-each.priority, each.queued_at, each.conversation_id))
    assert ranked == wanted


def test_a_point_of_priority_is_worth_what_the_queue_says_and_age_wins_in_the_end() -> None:
    old = interaction(queued_at=0, aging_ms=60_000)
    urgent = interaction(queued_at=200_000, priority=3, aging_ms=60_000)
    vip = interaction(queued_at=200_000, priority=4, aging_ms=60_000)
    assert vip.rank < old.rank < urgent.rank


def test_what_was_considered_is_told() -> None:
    decision = choose(interaction(), [agent("a", 1), agent("b", 2), agent("c", 3)], RULES, DEFAULT)
    assert decision is not None
    assert (decision.user_id, decision.considered, decision.others) == ("a", 3, ("b", "c"))
