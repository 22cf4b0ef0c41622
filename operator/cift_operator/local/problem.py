"""What keeps a platform from starting, said plainly."""


class Problem(Exception):
    """What is wrong, and how to mend it."""

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(f"{what}\n  → {remedy}" if remedy else what)
        self.what, self.remedy = what, remedy


class Problems(Exception):
    """Several at once."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems
