"""Headers that tell browsers what not to do with an answer."""

from starlette.datastructures import MutableHeaders

# The dashboard's framework compiles its templates in the browser and writes styles into the page; all of it comes from here.
DASHBOARD_POLICY = ("default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
                    "img-src 'self' data:; font-src 'self' data:; connect-src 'self' ws: wss:; frame-ancestors 'none'; "
                    "base-uri 'self'; form-action 'self'; object-src 'none'")
DOCS_POLICY = ("default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
               "frame-ancestors 'none'")
API_POLICY = "default-src 'none'; frame-ancestors 'none'"
STRICT_TRANSPORT = "max-age=31536000"


def add_headers(headers: MutableHeaders, path: str, encrypted: bool) -> None:
    """What is there already stays, but for the ones that protect."""
    if path.startswith("/dashboard"):
        policy = DASHBOARD_POLICY
    else:
        policy = DOCS_POLICY if path.startswith("/docs") else API_POLICY
        headers.setdefault("Cache-Control", "no-store")
    headers["Content-Security-Policy"] = policy
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Referrer-Policy"] = "no-referrer"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if encrypted:
        headers["Strict-Transport-Security"] = STRICT_TRANSPORT
