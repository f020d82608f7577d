"""The visible confirmation after something was done: a word in the address (``?done=changed``), said on the page it leads to."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from linli.kernel.text import Text

DONE = {
    "registered": Text("已登记。", "Registered."),
    "changed": Text("变化已记下，之前的照旧保留。", "The change is recorded; what was before stays as it was."),
    "corrected": Text(
        "已更正，划掉的记录和原因留在经过里。", "Corrected; what was struck out stays in the history, with the reason."
    ),
    "ended": Text("已终止，之前的记录都在。", "Ended; all records before stay."),
    "moved": Text("搬家已记下。", "The move is recorded."),
    "joined": Text("已入户。", "They belong to the household now."),
    "left": Text("已离户。", "They belong to no household here now."),
    "tenure": Text("产权和租住已记下。", "Who holds the home is recorded."),
    "duty": Text("责任已记下。", "The duty is recorded."),
    "mandate": Text(
        "代办员已登记，他下次打开页面就能替本人办事。", "Registered: from their next page on the helper may act."
    ),
    "guardian": Text(
        "监护人已登记，他下次打开页面就能替孩子办事。", "Registered: from their next page on the guardian may act."
    ),
    "mandate-ended": Text("代办已停止，马上失效。", "Ended, at once."),
    "identity-tied": Text("统一身份已绑定，本人可以用它登录。", "Tied: its owner signs in with it from now on."),
    "identity-untied": Text(
        "统一身份已解除，已登录的设备下一页就退出。", "Untied; wherever it is signed in, the next page signs it out."
    ),
    "granted": Text("已授权，对方下次打开页面就生效。", "Granted; it holds from their next page on."),
    "grant-ended": Text("授权已终止，对方下次打开页面就失效。", "The grant ended; it is gone from their next page on."),
    "factor-reset": Text(
        "第二道验证已重置，登录着的设备都退出了。",
        "The second factor was reset; every device is signed out.",
    ),
    "account-ended": Text(
        "账号已停用，已登录的设备下次打开页面就退出。",
        "The account ended; wherever it is signed in, the next page signs it out.",
    ),
    "discarded": Text(
        "已放弃，上传的文件删掉了，册子没有改动。", "Discarded: the file is deleted and nothing was changed."
    ),
}


def go(url_name: str, *arguments: object, done: str, **query: str) -> HttpResponse:
    """Answer a deed: off to the page of what it was done to, which says so."""
    return HttpResponseRedirect(
        f"{reverse(f'registry:{url_name}', args=arguments)}?{urlencode({'done': done} | query)}"
    )


def said_done(request: HttpRequest) -> Text | None:
    return DONE.get(request.GET.get("done", ""))
