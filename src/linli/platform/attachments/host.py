"""The files' own host serves files and nothing else, so that whatever a file may do, it does it where nobody is signed in."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class FilesHostMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.FILES_HOST and request.get_host() == settings.FILES_HOST and not request.path.startswith("/files/"):
            return HttpResponse(status=404)
        return self.get_response(request)
