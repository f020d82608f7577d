"""Files from strangers: what they may be, what becomes of them, and who gets them."""

from __future__ import annotations

import io
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from linli.kernel.errors import LinliError
from linli.platform.attachments.checking import check, limits, safe_name

if TYPE_CHECKING:
    from tests.world import World

PDF = b"%PDF-1.4\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n%%EOF\n"
NOTICE = "notices.announcement"


def picture(form: str = "JPEG", size: tuple[int, int] = (60, 40), *, mode: str = "RGB", **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "teal").save(out, form, **more)
    return out.getvalue()


def with_place_in_it() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "Kamera-7"
    exif.get_ifd(0x8825)[2] = (31.0, 12.0, 30.0)
    return picture(exif=exif.tobytes()) + b"<script>behind the picture</script>"


def test_a_picture_is_made_anew_upright_and_says_nothing_of_place_or_camera() -> None:
    kept = check(with_place_in_it(), "阳台.JPG")
    assert (kept.media_type, kept.name) == ("image/jpeg", "阳台.jpg")
    assert (kept.width_px, kept.height_px) == (40, 60)
    assert b"Kamera" not in kept.data
    assert b"script" not in kept.data
    assert not Image.open(io.BytesIO(kept.data)).getexif()


def test_a_large_picture_is_kept_no_larger_than_needed_and_holes_stay_holes() -> None:
    assert max(check(picture(size=(4000, 1000)), "a.jpg").width_px or 0, 0) == limits()["pictures"]["longest_side_px"]
    assert check(picture("PNG", mode="RGBA"), "a.png").media_type == "image/png"
    assert check(picture("WEBP"), "a.webp").name == "a.jpg"


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "a.svg", "kind"),
        (b"<html><script>alert(1)</script></html>", "a.html", "kind"),
        (b"GIF89a<html>", "a.gif", "kind"),
        (b"MZ\x90\x00", "a.jpg", "kind"),
        (picture("PNG"), "a.jpg", "not_as_named"),
        (picture(), "a.pdf", "not_as_named"),
        (PDF, "a.png", "not_as_named"),
        (picture(), "a.html", "not_as_named"),
        (picture()[:200], "a.jpg", "broken"),
        (PDF[:-7], "a.pdf", "broken"),
        (b"\xff\xd8\xff" + b"\x00" * 40, "a.jpg", "broken"),
        (b"", "a.jpg", "kind"),
    ],
)
def test_what_is_not_a_picture_or_a_pdf_is_refused_whatever_it_is_called(data: bytes, name: str, code: str) -> None:
    with pytest.raises(LinliError) as refused:
        check(data, name)
    assert refused.value.code == f"platform.attachment_{code}"


def test_a_small_file_of_endless_pixels_is_refused_before_it_is_unpacked() -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    head = chunk(b"IHDR", (60_000).to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00")
    bomb = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 10_000_000)) + chunk(b"IEND", b"")
    with pytest.raises(LinliError) as refused:
        check(bomb, "a.png")
    assert refused.value.code in ("platform.attachment_too_many_pixels", "platform.attachment_broken")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\图.jpg", "图.jpg"),
        ('a"; filename=b.html\r\nSet-Cookie: x', "a filename=b.htmlSet-Cookie x"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("...", "file"),
        ("", "file"),
    ],
)
def test_a_name_means_nothing_to_paths_and_headers(given: str, kept: str) -> None:
    assert safe_name(given) == kept


def upload(client: Any, notice_id: object, data: bytes, name: str, caption: str = "停水的水泵") -> Any:
    file = io.BytesIO(data)
    file.name = name
    return client.post(f"/console/notices/{notice_id}/files/add/", {"file": file, "caption": caption})


@pytest.fixture
def notice(in_world: World) -> tuple[World, Any]:
    from tests.rooms.notices.desk import Desk

    desk = Desk(in_world, in_world.actor("community_staff"))
    return in_world, desk


def address_in(page: str) -> str:
    return "/files/" + page.split("/files/")[1].split('"', maxsplit=1)[0]


def files_on_disk() -> set[Path]:
    from linli.platform.attachments import files

    return set(files.folder().glob("??/*"))


def published(world: World, desk: Any) -> str:
    """The address of a picture in a published announcement."""
    from linli.notices import commands
    from linli.platform.db import acting
    from tests.rooms.notices.desk import NOON

    draft, staff = desk.draft(), world.client("community_staff")
    assert upload(staff, draft.pk, picture(size=(61, 41)), "a.jpg").status_code == 302
    with acting(desk.staff):
        commands.publish(draft.pk, actor=desk.staff, now=NOON)
    return address_in(staff.get(f"/notices/{draft.pk}/").content.decode().split("<figure")[1])


def test_a_file_is_seen_by_those_who_see_its_announcement_and_by_nobody_else(notice: tuple[World, Any]) -> None:
    from django.test import Client

    world, desk = notice
    address = published(world, desk)
    served = world.client("resident").get(address)
    assert served.status_code == 200
    assert b"".join(served.streaming_content)[:3] == b"\xff\xd8\xff"
    assert served["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in served["Content-Security-Policy"]
    assert served["Content-Disposition"].startswith("inline")
    assert world.client("resident_2").get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_a_link_dies_with_the_right_it_rested_on(notice: tuple[World, Any]) -> None:
    from linli.notices.models import Addressee
    from linli.platform.db import acting
    from tests.world import WALKER

    world, desk = notice
    address, resident = published(world, desk), world.client("resident")
    assert resident.get(address).status_code == 200
    with acting(WALKER):
        Addressee.objects.all().delete()  # as if they had never been addressed
    assert resident.get(address).status_code == 404
    assert world.client("community_staff").get(address).status_code == 200


def test_on_a_host_of_its_own_only_tickets_count_and_they_name_account_and_file(notice: tuple[World, Any]) -> None:
    from django.test import Client, override_settings

    from linli.platform.models import Account

    world, desk = notice
    address, resident = published(world, desk), world.client("resident")
    with override_settings(FILES_HOST="files.example.cn", ALLOWED_HOSTS=["*"]):
        ticket = resident.get(address)["Location"]
        assert ticket.startswith("http://files.example.cn/files/")
        path = ticket.removeprefix("http://files.example.cn")
        stranger = Client(headers={"Host": "files.example.cn"})
        assert stranger.get(path).status_code == 200
        assert stranger.get(path.replace("?t=", "?t=x")).status_code == 404
        assert stranger.get("/notices/").status_code == 404, "pages are not served there"
        at_files = {"Host": "files.example.cn"}
        assert resident.get(address, headers=at_files).status_code in (302, 404), "cookies do not count there"
        Account.objects.filter(username="resident").update(is_active=False)
        assert stranger.get(path).status_code == 404, "the account has ended within the minute"


def test_a_discarded_draft_leaves_no_file_and_a_shared_one_stays(notice: tuple[World, Any]) -> None:
    from linli.platform.attachments.keeping import _forget_unspoken
    from linli.platform.attachments.tables import Attachment
    from linli.platform.db import acting
    from tests.world import WALKER

    world, desk = notice
    staff = world.client("community_staff")
    first, second = desk.draft(), desk.draft("另一条")
    data = picture(size=(77, 33))
    for one in (first, second):
        assert upload(staff, one.pk, data, "a.jpg").status_code == 302
    with acting(WALKER):
        [digest] = set(Attachment.objects.filter(holder_id__in=[first.pk, second.pk]).values_list("sha256", flat=True))
    staff.post(f"/console/notices/{first.pk}/discard/")
    _forget_unspoken({digest})
    assert any(path.name == digest for path in files_on_disk()), "the other draft still has it"
    staff.post(f"/console/notices/{second.pk}/discard/")
    _forget_unspoken({digest})
    assert not any(path.name == digest for path in files_on_disk())


def test_refusals_stand_beside_the_field_and_keep_nothing(notice: tuple[World, Any]) -> None:
    world, desk = notice
    before, draft = files_on_disk(), desk.draft()
    answer = upload(world.client("community_staff"), draft.pk, b"<svg/>", "x.svg")
    assert answer.status_code == 422
    assert "x.svg" in answer.content.decode()
    assert files_on_disk() == before


def test_forgotten_files_are_swept_and_verify_names_what_is_wrong(notice: tuple[World, Any]) -> None:
    import os

    from linli.platform.attachments import files
    from linli.platform.attachments.invariants import no_orphan, whole
    from linli.platform.attachments.keeping import sweep

    world, desk = notice
    address = published(world, desk)
    digest = files.keep(b"left by a killed process")
    long_ago = 1_000_000_000
    os.utime(files.path_of(digest), (long_ago, long_ago))
    assert digest in {finding.data["file"] for finding in no_orphan()}
    sweep()
    assert not files.path_of(digest).exists()
    assert list(no_orphan()) == []
    assert world.client("resident").get(address).status_code == 200, "what is spoken of stays"
    from linli.platform.attachments.tables import Attachment
    from linli.platform.db import acting
    from tests.world import WALKER

    with acting(WALKER):
        row = Attachment.objects.get(pk=address.strip("/").split("/")[1])
    path = files.path_of(row.sha256)
    good = path.read_bytes()
    path.write_bytes(good + b"!")
    assert {finding.code for finding in whole() if finding.data["sha256"] == row.sha256} == {"attachments.altered"}
    path.write_bytes(good)
