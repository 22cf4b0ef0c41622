import { useEffect, useState } from "react";
import { marketStore } from "../state/market";
import { platformStore } from "../state/platform";

const EVERY_MS = 500;

/** Milliseconds since the newest quote, by the platform's clock, or since it was heard where a recording is replayed, whose
 * quotes are old by nature; undefined before the first. */
export function useDataAge(): number | undefined {
  const [age, setAge] = useState<number>();
  useEffect(() => {
    let heard = { newest: 0, at: 0 };
    const measure = () => {
      const { ticks, skew } = marketStore.get();
      const newest = Math.max(0, ...Object.values(ticks).map((tick) => tick.at));
      if (newest !== heard.newest) heard = { newest, at: Date.now() };
      const since = platformStore.get()?.feed === "replay" ? Date.now() - heard.at : Date.now() + skew - newest;
      setAge(newest ? since : undefined);
    };
    const timer = setInterval(measure, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return age;
}
