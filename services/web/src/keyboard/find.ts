interface Named {
  name: string;
}

/** What has every word of the text, or its beginning, in its name; names that begin with the text first. */
export function matching<T extends Named>(named: readonly T[], text: string, most: number): T[] {
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const ranked = named.flatMap((each, order) => {
    const name = each.name.toLowerCase();
    if (!words.every((word) => name.includes(word))) return [];
    const rank = name.startsWith(words.join(" ")) ? 0 : words.every((word) => ` ${name}`.includes(` ${word}`)) ? 1 : 2;
    return [{ each, rank, order }];
  });
  return ranked.sort((a, b) => a.rank - b.rank || a.order - b.order).slice(0, most).map(({ each }) => each);
}
