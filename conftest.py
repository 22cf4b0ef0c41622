"""For all tests: a property is about what is true, not about how long a busy machine takes."""

from hypothesis import settings

settings.register_profile("cift", deadline=None)
settings.load_profile("cift")
