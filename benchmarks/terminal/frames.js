// In the page: how long frames are apart, and how long one keeps the main thread.
() => {
  const told = { intervals: [], work: [], running: true };
  const channel = new MessageChannel();
  let began = 0;
  // A message that is posted at a frame's start is taken after its painting.
  channel.port1.onmessage = () => told.work.push(performance.now() - began);
  let last = 0;
  const frame = (now) => {
    if (!told.running) return;
    if (last) told.intervals.push(now - last);
    last = now;
    began = performance.now();
    channel.port2.postMessage(0);
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  self.frames = told;
};
