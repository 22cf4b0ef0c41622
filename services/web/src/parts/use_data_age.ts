import { useEffect, useState } from "react";
import { marketStore } from "../state/market";

const EVERY_MS = 500;

/** Milliseconds since the newest quote, by the platform's clock; undefined before the first. */
export function useDataAge(): number | undefined {
  const [age, setAge] = useState<number>();
  useEffect(() => {
    const measure = () => {
      const { ticks, skew } = marketStore.get();
      const newest = Math.max(0, ...Object.values(ticks).map((tick) => tick.at));
      setAge(newest ? Date.now() + skew - newest : undefined);
    };
    const timer = setInterval(measure, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return age;
}
