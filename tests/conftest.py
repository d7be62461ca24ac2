"""Generated cases are judged by what they give, never by how long a busy machine takes for one."""

from hypothesis import settings

settings.register_profile("unhurried", settings(), deadline=None)
settings.load_profile("unhurried")
