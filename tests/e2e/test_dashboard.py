"""The dashboard in a real browser, with a real hub and Direct Connect clients: log in, see a user arrive, talk, kick, see it happen.

Chromium without a window; Playwright drives it. Screenshots of every tab, light, dark and as wide as a phone, are kept in
VHPY_RESULTS/screenshots for people to look at.
"""

import os
import pathlib
import re
import shutil

import httpx
import pytest
from hub_process import ADMIN
from patience import DEADLINE

CHROMIUM = shutil.which("chromium")
TABS = ("Overview", "Users", "Chat", "Clones", "Bans", "Registrations", "Queue")
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1360, "height": 860}


@pytest.fixture
def browser():
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"],
                                             timeout=DEADLINE * 1000)
        yield browser
        browser.close()


@pytest.fixture
def keep_screenshot():
    folder = pathlib.Path(os.environ.get("VHPY_RESULTS", "build/results")) / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)

    def keep(page, name):
        page.screenshot(path=folder / f"{name}.png")

    return keep


def log_in(browser, hub, **options):
    """A page of the dashboard. Nothing may come from another machine, and nothing may go wrong in the browser."""
    context = browser.new_context(**options)
    context.set_default_timeout(DEADLINE * 1000)
    page = context.new_page()
    page.wrong = []
    page.on("console", lambda message: page.wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith((hub.api_url, "data:", hub.api_url.replace("http", "ws")))
            else page.wrong.append(request.url))
    page.goto(hub.api_url + "/dashboard/")
    assert page.url.endswith("/dashboard/login")
    page.fill("#token", hub.token)
    page.keyboard.press("Enter")
    page.get_by_role("tab", name="Overview").wait_for()
    return page


def test_dashboard_in_a_browser(start_hub, connect, browser, keep_screenshot):
    hub = start_hub(api=True)
    boss = connect(hub, *ADMIN)
    connect(hub, "early", share=7 << 40)
    page = log_in(browser, hub, viewport=DESK, color_scheme="light")
    page.get_by_text("2 users", exact=True).wait_for()
    page.locator(".world svg path").first.wait_for(state="attached")

    page.get_by_role("tab", name="Users").click()
    page.get_by_role("cell", name="early", exact=True).wait_for()
    victim = connect(hub, "victim", description="<b>not bold</b>")
    page.get_by_role("cell", name="victim", exact=True).wait_for()
    assert page.get_by_text("<b>not bold</b>").count() == 1

    page.get_by_role("tab", name="Chat").click()
    page.get_by_label("Message to the main chat").fill("good | evening")
    page.keyboard.press("Enter")
    boss.wait_chat("good | evening", by="HubSecurity")
    victim.chat("what <i>is</i> this?")
    page.get_by_text("what <i>is</i> this?").wait_for()
    page.get_by_text("good | evening").wait_for()

    page.get_by_role("tab", name="Users").click()
    page.get_by_label("Message to victim").click()
    page.get_by_role("dialog").get_by_label("Message").fill("last warning")
    page.keyboard.press("Enter")
    victim.wait_pm("last warning")
    page.get_by_label("Kick victim").click()
    page.get_by_role("dialog").get_by_label("Reason").fill("for talking")
    keep_screenshot(page, "light-dialog")
    page.get_by_role("button", name="Kick", exact=True).click()
    victim.wait_closed()
    boss.wait_for(lambda frame: frame == "$Quit victim", "$Quit")
    page.get_by_role("cell", name="victim", exact=True).wait_for(state="detached")
    page.get_by_role("tab", name="Overview").click()
    page.get_by_label("Events").get_by_text(re.compile("victim has gone")).wait_for()
    page.get_by_label("Events").get_by_text(re.compile("kicks victim: for talking")).wait_for()

    page.get_by_role("tab", name="Bans").click()
    page.get_by_role("cell", name="victim", exact=True).wait_for()
    page.get_by_role("button", name="Lift victim").click()
    page.get_by_role("cell", name="victim", exact=True).wait_for(state="detached")
    connect(hub, "victim")
    audit = (hub.data / "api_audit.log").read_text()
    assert '"path": "kick"' in audit and '"client": "dashboard"' in audit and hub.token not in audit
    look_at_every_tab(page, keep_screenshot, "light")
    assert page.wrong == []


def look_at_every_tab(page, keep_screenshot, name):
    for tab in TABS:
        page.get_by_role("tab", name=tab).click()
        page.get_by_role("tabpanel", name=tab).or_(page.locator(".q-tab-panel")).first.wait_for()
        page.wait_for_function("document.fonts.ready.then(() => true)")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), f"{tab} is too wide"
        keep_screenshot(page, f"{name}-{tab.lower()}")


def test_dark_and_on_a_phone(start_hub, connect, browser, keep_screenshot):
    hub = start_hub(api=True)
    connect(hub, "alice", share=3 << 40)
    page = log_in(browser, hub, viewport=PHONE, color_scheme="dark", has_touch=True, is_mobile=True)
    page.get_by_text("1 user", exact=True).wait_for()
    assert page.evaluate("document.body.classList.contains('body--dark')")
    look_at_every_tab(page, keep_screenshot, "phone-dark")
    page.get_by_label("Dark or light").tap()
    page.wait_for_function("!document.body.classList.contains('body--dark')")
    page.get_by_role("button", name="Log out").tap()
    page.get_by_label("Token").wait_for()
    page.goto(hub.api_url + "/docs")
    page.get_by_text("/registrations/{nick}").first.wait_for()
    assert page.wrong == []


def test_the_dashboard_lives_as_long_as_the_server(start_hub, connect, browser):
    """Stopped, started and reloaded with a page open: NiceGUI begins and ends with each run, and a revoked token shuts the door."""
    hub = start_hub(api=True)
    boss = connect(hub, *ADMIN)
    page = log_in(browser, hub, viewport=DESK)
    page.get_by_text("1 user", exact=True).wait_for()
    seen = len(hub.out.lines)
    boss.command("!api stop", "The API is stopped")
    boss.command("!api start", "The API is starting")
    hub.api_url = hub.out.wait_for(r"^api (http://\S+)$", since=seen)[1]
    page = log_in(browser, hub, viewport=DESK)
    page.get_by_text("1 user", exact=True).wait_for()
    seen = len(hub.out.lines)
    boss.command("!pyreload hub_api.py", "hub_api.py")
    hub.api_url = hub.out.wait_for(r"^api (http://\S+)$", since=seen)[1]
    page = log_in(browser, hub, viewport=DESK)
    page.get_by_text("1 user", exact=True).wait_for()
    assert "has not ended" not in hub.err.text()
    boss.command("!api token revoke first", "is revoked")
    page.get_by_label("Token").wait_for()
    for path, accept in (("/dashboard/", "text/html"), ("/dashboard/_nicegui_ws/socket.io/?EIO=4&transport=polling", "*/*")):
        answer = httpx.get(hub.api_url + path, headers={"Accept": accept})
        assert answer.status_code in (303, 401), path
    with httpx.Client(base_url=hub.api_url) as client:
        answer = client.post("/dashboard/login", data={"token": "wrong"})
        assert answer.status_code == 403 and "no token" in answer.text and "set-cookie" not in answer.headers
