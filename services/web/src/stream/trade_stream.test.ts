import { beforeEach, expect, test, vi } from "vitest";
import type { TradeUpdate } from "./protocol";
import { backoff, judge, stand } from "./sequence";
import { type Link, TradeStream } from "./trade_stream";

test("an update is applied once, in order", () => {
  expect(judge(4, 5)).toBe("apply");
  expect(judge(4, 4)).toBe("duplicate");
  expect(judge(4, 6)).toBe("gap");
  expect(stand(4, 4)).toBe("level");
  expect(stand(4, 9)).toBe("behind");
  expect(stand(4, 3)).toBe("ahead");
});

test("attempts become rarer, never rarer than eight seconds", () => {
  expect(backoff(0, 1)).toBe(250);
  expect(backoff(3, 0)).toBe(1000);
  expect(backoff(60, 1)).toBe(8000);
});

/** The socket's other end, in the test's hands. */
class Wire extends EventTarget {
  readyState: number = WebSocket.OPEN;
  sent: { action: string; data?: { after_sequence?: number } }[] = [];
  send(text: string) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.readyState = WebSocket.CLOSED;
  }
  say(stream: string, data: object) {
    this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify({ stream, data }) }));
  }
  update(sequence: number) {
    this.say("trade_updates", { event: "new", sequence, order: { id: `o${sequence}` } });
  }
  lose(code = 1006) {
    const event = new Event("close");
    this.dispatchEvent(Object.assign(event, { code, reason: "" }));
  }
  welcome(position: number) {
    this.dispatchEvent(new Event("open"));
    this.say("authorization", { status: "authorized" });
    this.say("listening", { streams: ["trade_updates"], sequence: position });
  }
}

class World {
  wires: Wire[] = [];
  applied: number[] = [];
  links: Link[] = [];
  readings = 0;
  renewals = 0;
  accountSequence = 0;
  open() {
    const wire = new Wire();
    this.wires.push(wire);
    return wire as unknown as WebSocket;
  }
  async token(renew: boolean) {
    if (renew) this.renewals += 1;
    return "token";
  }
  async readAll() {
    this.readings += 1;
    return this.accountSequence;
  }
  apply(update: TradeUpdate) {
    this.applied.push(update.sequence);
  }
  tell(link: Link) {
    this.links.push(link);
  }
  get wire(): Wire {
    const wire = this.wires.at(-1);
    if (!wire) throw new Error("nothing was opened");
    return wire;
  }
  get status() {
    return this.links.at(-1)?.status;
  }
}

let world: World;
let stream: TradeStream;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", { OPEN: 1, CLOSED: 3 });
  world = new World();
  stream = new TradeStream(world);
  return () => {
    stream.stop();
    vi.useRealTimers();
  };
});

async function started(position = 0): Promise<void> {
  stream.start();
  await vi.advanceTimersByTimeAsync(0);
  world.wire.welcome(position);
}

test("follows from where the account was read", async () => {
  world.accountSequence = 7;
  await started(7);
  expect(world.wire.sent.at(-1)).toMatchObject({ action: "listen", data: { after_sequence: 7 } });
  expect(world.status).toBe("live");
  world.wire.update(8);
  expect(world.applied).toEqual([8]);
});

test("asks for what a gap swallowed, and applies nothing twice", async () => {
  await started(0);
  world.wire.update(1);
  world.wire.update(4);
  expect(world.wire.sent.at(-1)).toMatchObject({ data: { after_sequence: 1 } });
  expect(world.status).toBe("catching up");
  world.wire.say("listening", { sequence: 4 });
  for (const sequence of [2, 3, 4, 4]) world.wire.update(sequence);
  expect(world.applied).toEqual([1, 2, 3, 4]);
  expect(world.status).toBe("live");
});

test("a probe finds what was lost without a following update", async () => {
  await started(0);
  await vi.advanceTimersByTimeAsync(4_000);
  expect(world.wire.sent.at(-1)?.data?.after_sequence).toBeUndefined();
  world.wire.say("listening", { sequence: 2 });
  expect(world.wire.sent.at(-1)?.data?.after_sequence).toBe(0);
  world.wire.say("listening", { sequence: 2 });
  world.wire.update(1);
  world.wire.update(2);
  expect(world.applied).toEqual([1, 2]);
});

test("comes back after a lost connection with its last number, reading nothing anew", async () => {
  await started(0);
  world.wire.update(1);
  world.wire.lose();
  expect(world.status).toBe("down");
  await vi.advanceTimersByTimeAsync(250);
  world.wire.welcome(3);
  expect(world.wires).toHaveLength(2);
  expect(world.wire.sent.at(-1)).toMatchObject({ data: { after_sequence: 1 } });
  world.wire.update(2);
  world.wire.update(3);
  expect(world.applied).toEqual([1, 2, 3]);
  expect(world.readings).toBe(1);
});

test("renews the token when it was not taken", async () => {
  await started(0);
  world.wire.lose(4401);
  await vi.advanceTimersByTimeAsync(250);
  expect(world.renewals).toBe(1);
});

test("reads everything anew when the server's past is another", async () => {
  world.accountSequence = 50;
  await started(50);
  world.wire.lose();
  world.accountSequence = 3;
  await vi.advanceTimersByTimeAsync(250);
  world.wire.welcome(3);
  await vi.advanceTimersByTimeAsync(500);
  expect(world.readings).toBe(2);
});

test("a silent line is given up", async () => {
  await started(0);
  const first = world.wire;
  await vi.advanceTimersByTimeAsync(20_000);
  expect(first.readyState).toBe(WebSocket.CLOSED);
  expect(world.wires.length).toBeGreaterThan(1);
});
