"""Lists, who is on them, the calling screen and the results, shaped for pages."""
