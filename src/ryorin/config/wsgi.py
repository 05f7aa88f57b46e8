"""The web server's door: the collector answers first, Django everything else."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ryorin.config.settings")

application = get_wsgi_application()
