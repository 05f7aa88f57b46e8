from ryorin.web.answers import *  # noqa: F403
