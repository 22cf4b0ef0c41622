import { useEffect, useRef, useState } from "react";
import { settingsStore } from "../state/settings";

/** Something with listeners: a painting is made anew after it told of a change. */
interface Source {
  subscribe: (listener: () => void) => () => void;
}

export interface Pen {
  context: CanvasRenderingContext2D;
  /** In CSS pixels. */
  width: number;
  height: number;
}

/** A canvas as large as its element, painted at most once a frame, and only when a source changed. `repaint` is for own changes. */
export function useCanvas(paint: (pen: Pen) => void, sources: readonly Source[]) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const painter = useRef(paint);
  const ask = useRef<() => void>(() => undefined);
  useEffect(() => {
    painter.current = paint;
    ask.current();
  }, [paint]);
  useEffect(() => {
    const shown = canvas.current;
    const context = shown?.getContext("2d");
    if (!shown || !context) return;
    let frame = 0;
    let [width, height] = [0, 0];
    const draw = () => {
      frame = 0;
      const scale = devicePixelRatio;
      const [across, down] = [Math.round(width * scale), Math.round(height * scale)];
      if (shown.width !== across || shown.height !== down) Object.assign(shown, { width: across, height: down });
      context.setTransform(scale, 0, 0, scale, 0, 0);
      context.clearRect(0, 0, width, height);
      if (width && height) painter.current({ context, width, height });
    };
    const request = () => {
      frame ||= requestAnimationFrame(draw);
    };
    ask.current = request;
    // To ask the element would have the browser lay the page out in the middle of a frame.
    const size = new ResizeObserver(([seen]) => {
      if (seen) ({ width, height } = seen.contentRect);
      request();
    });
    size.observe(shown);
    const ends = [...sources, settingsStore].map((source) => source.subscribe(request));
    request();
    return () => {
      cancelAnimationFrame(frame);
      size.disconnect();
      for (const end of ends) end();
      ask.current = () => undefined;
    };
    // oxlint-disable-next-line react/exhaustive-deps -- the sources of a canvas are stores, which stay
  }, []);
  const [repaint] = useState(() => () => ask.current());
  return { canvas, repaint };
}
