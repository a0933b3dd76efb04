// Plays the customer: writes through the simulated provider and shows what was sent to it.

const at = (id) => document.getElementById(id);
const said = []; // what I wrote: {channel, from, time, text, picture, problem}
let received = []; // what the providers were asked to deliver
let shown = "";

async function api(path, body) {
  const options = body && { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(`/local/${path}`, options || {});
  const answer = response.status === 204 ? {} : await response.json();
  if (!response.ok) throw new Error(answer.message || `status ${response.status}`);
  return answer;
}

// How each channel's provider is asked to deliver a message: who it is for, what it says, what it offers to choose.
const readers = {
  whatsapp({ body }) {
    const part = body?.[body.type];
    if (!part) return null;
    const buttons = part.action?.buttons?.map((each) => each.reply) ?? part.action?.sections?.flatMap((each) => each.rows) ?? [];
    return {
      to: body.to ?? body.recipient,
      text: part.body?.text ?? part.body ?? part.caption ?? part.emoji ?? (part.name ? `Template ${part.name}` : ""),
      link: part.link,
      choices: buttons.map(({ id, title }) => ({ text: title, payload: id })),
      id: body.biz_opaque_callback_data,
    };
  },
  open({ body }) {
    if (!body?.channel?.to) return null;
    const content = body.content ?? [];
    return {
      to: body.channel.to.id,
      text: body.text ?? "",
      link: content.find((each) => each.attachment)?.attachment.url,
      choices: content.filter((each) => each.quickReply).map((each) => each.quickReply),
      id: body.id,
    };
  },
};

// How each channel's customer says that they chose something.
const choosers = {
  whatsapp: ({ text, payload }) => ({
    type: "interactive",
    interactive: { type: "button_reply", button_reply: { id: payload, title: text } },
  }),
  open: ({ text, payload }, id) => ({ buttonResponse: { type: "QuickReply", text, payload }, originatingMessageId: id }),
};

const me = () => ({ channel: at("channel").value, from: at("from").value.trim(), name: at("name").value.trim() });

async function write(order, { text = "", picture } = {}) {
  const { channel, from, name } = me();
  const line = { channel, from, time: new Date().toISOString(), text, picture };
  said.push(line);
  draw();
  try {
    const { answers } = await api(`providers/${channel}/inbound`, { from, name, ...order });
    if (answers.some(({ status }) => status >= 300)) line.problem = `refused with status ${answers[0].status}`;
  } catch (error) {
    line.problem = error.message;
  }
  shown = "";
  draw();
}

function thread() {
  const { channel, from } = me();
  const plain = (identity) => String(identity).replace(/^\+/, "");
  const mine = said.filter((line) => line.channel === channel && line.from === from).map((line) => ({ ...line, mine: true }));
  const theirs = received
    .filter((each) => each.provider === channel && each.method === "POST" && each.response?.status < 300)
    .map((each) => ({ ...readers[channel](each), time: each.time }))
    .filter((each) => each.to && plain(each.to) === plain(from));
  return [...mine, ...theirs].sort((one, other) => one.time.localeCompare(other.time));
}

function draw() {
  const lines = thread();
  const now = JSON.stringify(lines);
  if (now === shown) return;
  shown = now;
  const log = at("log");
  log.replaceChildren(...lines.map(item));
  log.scrollTop = log.scrollHeight;
}

function item(line) {
  const element = document.createElement("li");
  element.className = line.mine ? "mine" : "theirs";
  if (line.picture) element.append(Object.assign(new Image(), { src: line.picture, alt: "My photo" }));
  element.append(line.text);
  if (line.link) element.append(link(line.link));
  for (const choice of line.choices ?? []) element.append(chooser(choice, line.id));
  const time = new Date(line.time).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  element.append(Object.assign(document.createElement("small"), { textContent: [time, line.problem].filter(Boolean).join(" · ") }));
  return element;
}

function link(url) {
  const safe = /^https?:/.test(url);
  return Object.assign(document.createElement("a"), { href: safe ? url : "#", textContent: "Attachment", target: "_blank", rel: "noopener" });
}

function chooser(choice, id) {
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: choice.text });
  button.addEventListener("click", () => write(choosers[me().channel](choice, id), { text: choice.text }));
  return button;
}

async function poll() {
  try {
    received = (await api("providers/requests")).entities;
    at("state").textContent = "Online";
    draw();
  } catch {
    at("state").textContent = "The contact centre does not answer";
  }
  setTimeout(poll, 1000);
}

at("writer").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = at("text").value;
  at("text").value = "";
  if (text.trim()) write({ text }, { text });
});

at("text").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  at("writer").requestSubmit();
});

at("picture").addEventListener("change", async ({ target }) => {
  const [file] = target.files;
  if (!file) return;
  const picture = await new Promise((resolve) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result));
    reader.readAsDataURL(file);
  });
  target.value = "";
  write({ type: "image", media: picture.split(",")[1], mime: file.type }, { picture });
});

for (const id of ["channel", "from"]) at(id).addEventListener("input", draw);

const { integrations } = await api("org");
const playable = integrations.filter(({ channel }) => channel in readers);
at("channel").replaceChildren(...playable.map(({ channel, name }) => new Option(name, channel)));
poll();
