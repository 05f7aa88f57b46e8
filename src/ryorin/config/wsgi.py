"""The web server's door: the collector answers first, Django everything else."""

import os

from django.core.wsgi import get_wsgi_application

from ryorin.jobs.parents import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ryorin.config.settings")

end_with_parent()
application = get_wsgi_application()
