"""The report in a real browser: no errors, nothing loaded from elsewhere, nothing cut off."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

import outweigh as ow
from outweigh.report import page, tell

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --hide-scrollbars"
).split()

# Runs in a copy of the page only: the report itself has no scripts.
PROBE = """
<script>
const found = {errors: [], sections: [], wide: [], cut: [], overlaps: 0, resources: []};
addEventListener('error', e => found.errors.push(String(e.message)));
addEventListener('securitypolicyviolation', e => found.errors.push(e.violatedDirective + ' ' + e.blockedURI));
addEventListener('load', () => {
  document.querySelectorAll('section').forEach(s => found.sections.push(s.id));
  document.querySelectorAll('section > *').forEach(e => {
    if (e.getBoundingClientRect().right > document.documentElement.clientWidth + 1) found.wide.push(e.className || e.tagName);
  });
  document.querySelectorAll('.chart').forEach(e => {
    const hint = getComputedStyle(e, '::after').content;
    if ((e.scrollWidth > e.clientWidth + 1) !== (hint !== 'none')) found.cut.push(e.textContent.slice(0, 40));
  });
  document.querySelectorAll('svg').forEach(svg => {
    const box = svg.viewBox.baseVal;
    svg.querySelectorAll('text').forEach(t => {
      const b = t.getBBox();
      const turned = t.getAttribute('transform');
      if (!turned && (b.x < -1 || b.x + b.width > box.width + 1)) found.wide.push('text: ' + t.textContent);
    });
  });
  found.resources = performance.getEntriesByType('resource').map(e => e.name).filter(n => !n.startsWith('data:'));
  found.title = document.title;
  found.height = document.documentElement.scrollHeight;
  const pre = document.createElement('pre');
  pre.id = 'probe';
  pre.textContent = JSON.stringify(found);
  document.body.appendChild(pre);
});
</script>
"""


def browser() -> str:
    named = [os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome", "chrome"]
    path = next((found for name in named if name and (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("no Chromium found; set CHROMIUM to its path")
    return path


def open_page(path: Path, folder: Path, *flags: str) -> subprocess.CompletedProcess[bytes]:
    profile = folder / f"profile-{path.stem}-{len(list(folder.iterdir()))}"
    profile.mkdir()
    command = [browser(), *FLAGS, f"--user-data-dir={profile}", *flags, path.as_uri()]
    return subprocess.run(command, capture_output=True, timeout=120)


@pytest.fixture(scope="module")
def html() -> str:
    company = ow.simulate(seed=1, accounts=400)
    return page(tell(company.graph, truth=company.truth, origin="a simulation"))


@pytest.mark.parametrize("size", ["1280,900", "420,900"], ids=["wide", "narrow"])
def test_the_page_is_whole(html, tmp_path, size):
    # The page's own policy forbids scripts; the probe needs to run.
    assert "default-src 'none'" in html
    probed = html.replace("default-src 'none';", "default-src 'none'; script-src 'unsafe-inline';", 1)
    path = tmp_path / "report.html"
    path.write_text(probed.replace("</head>", PROBE + "</head>", 1), encoding="utf-8")
    done = open_page(path, tmp_path, "--dump-dom", f"--window-size={size}", "--virtual-time-budget=4000")
    dom = done.stdout.decode("utf-8", "replace")
    assert 'id="probe"' in dom, done.stderr.decode("utf-8", "replace")[-2000:]
    text = dom.split('id="probe">', 1)[1].split("</pre>", 1)[0]
    found = json.loads(text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">"))
    assert found["errors"] == []
    assert found["resources"] == []
    assert found["wide"] == []
    assert found["cut"] == []  # what goes on to the side says so, and nothing else does
    assert found["sections"] == [
        "summary",
        "heard",
        "visits",
        "needs",
        "would",
        "rankings",
        "roadmap",
        "reasons",
        "customers",
        "trust",
    ]
    assert found["height"] > 2000


@pytest.mark.parametrize("look", ["light", "dark"])
def test_it_can_be_looked_at(html, tmp_path, look):
    path = tmp_path / "report.html"
    path.write_text(html, encoding="utf-8")
    picture = tmp_path / f"{look}.png"
    flags = [f"--screenshot={picture}", "--window-size=1280,6000"]
    if look == "dark":
        flags.append("--blink-settings=preferredColorScheme=0")
    done = open_page(path, tmp_path, *flags)
    assert picture.exists(), done.stderr.decode("utf-8", "replace")[-2000:]
    assert picture.stat().st_size > 100_000
    kept = os.environ.get("OUTWEIGH_SCREENSHOTS")
    if kept:
        shutil.copy(picture, Path(kept) / picture.name)
