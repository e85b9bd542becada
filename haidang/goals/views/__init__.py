"""Goals over HTTP: fetch through access, one form, one action, one template."""
