"""The runbook at 3 a.m.: each story has its section, and each section says what its commands need."""

import re

import pytest

from ddms_compile.runbook import emit_runbook
from ddms_compile.runbook.template import anchor
from delivery_cases.project import changed, emitted, specs

AWS = ("prod", "staging")
STORIES = {
    "a certificate is never issued": "Certificate not issued or expired",
    "drain a node": "Drain a node",
    "another controller or scheme of the load balancer": "Replace the load balancer",
    "a volume of the monitoring is full": "Grow a monitoring volume",
    "a volume of the monitoring is too large": "Shrink a monitoring volume",
    "upgrade the cluster": "Upgrade Kubernetes",
    "patch AMIs": "Update the node AMIs",
    "upgrade add-ons and their CRDs": "Upgrade an add-on",
    "upgrade PostgreSQL": "Upgrade PostgreSQL",
    "upgrade Redis": "Upgrade Redis",
    "a static parameter needs a reboot": "Change a database parameter",
    "rotate the database password": "Rotate the database password",
    "rotate the JWT secret": "Rotate the JWT secret",
    "rotate the cache token": "Rotate the cache token",
    "a leaked cache token": "Rotate an exposed cache token",
    "rotate webhook and Grafana password": "Rotate the other secrets",
    "first apply in an account that lives": "First apply in an existing AWS account",
    "teardown": "Destroy the environment",
    "second life": "Recreate the environment",
    "state is locked": "Stale state lock",
    "release is stuck": "Pending Helm release",
    "a run is cut short": "Failed or canceled run",
    "approved twice": "Two runs waiting for approval",
    "scaled to zero by a restore": "Restore the database",
    "the pipeline cannot reach the cluster": "Runner cannot connect to the cluster",
    "a permissions boundary or a missing access entry denies": "Access denied",
    "restore the cache": "Rebuild the cache",
    "restore a namespace": "Restore a namespace",
    "roll back": "Redeploy",
}
"""The stories of an environment's life that end in somebody's hands, and where the runbook treats them."""

CONNECTS = re.compile(r"(?<![\w/.-])(?:kubectl|helm|velero)\s|generated/ci/(?:deploy|recover-release|upgrade-crds)\.sh")


def sections(text: str) -> dict[str, str]:
    """The body of each section by its heading."""
    found = re.split(r"^## (.+)\n", text, flags=re.MULTILINE)
    return dict(zip(found[1::2], found[2::2], strict=True))


def runbook(name: str, **changes: object) -> str:
    """The text for one environment."""
    of = specs()
    return emitted(emit_runbook, of | {name: changed(of[name], **changes)})[f"generated/{name}/RUNBOOK.md"].text


def code(body: str) -> str:
    """The commands of a section."""
    return "\n".join(found[1] for found in re.findall(r"^(`{3,})bash\n(.*?)^\1$", body, re.MULTILINE | re.DOTALL))


@pytest.mark.parametrize("story", STORIES)
def test_every_story_has_a_section_with_commands(story: str) -> None:
    """Each story leads to a section that is there and holds commands."""
    assert code(sections(runbook("prod"))[STORIES[story]]).strip()


@pytest.mark.parametrize("name", AWS)
def test_the_contents_list_every_section_once(name: str) -> None:
    """The table of contents and the headings are the same, so nobody searches the text at night."""
    found = sections(runbook(name))
    listed = re.findall(r"\]\(#([^)]+)\)", found.pop("Contents"))
    assert sorted(listed) == sorted(map(anchor, found))


@pytest.mark.parametrize(
    ("endpoint", "admitted"),
    [
        (
            {"public": True, "public_cidrs": ("203.0.113.0/24", "198.51.100.7/32")},
            ("203.0.113.0/24", "198.51.100.7/32"),
        ),
        ({"public": False, "public_cidrs": ("0.0.0.0/0",)}, ("the VPC",)),
    ],
)
def test_what_connects_to_the_cluster_says_first_from_where(
    endpoint: dict[str, object], admitted: tuple[str, ...]
) -> None:
    """A section whose commands reach the API server names the admitted addresses before its first command."""
    text = runbook(
        "prod", cluster__endpoint__public=endpoint["public"], cluster__endpoint__public_cidrs=endpoint["public_cidrs"]
    )
    found = sections(text)
    connecting = {title for title, body in found.items() if CONNECTS.search(code(body))}
    assert {"Restore the database", "Redeploy", "Drain a node", "Pending Helm release"} <= connecting
    for title in connecting:
        before, _, _ = found[title].partition("```bash")
        assert all(address in before for address in admitted), title
        assert "0.0.0.0/0" not in before


def test_the_reader_can_see_the_address_that_counts() -> None:
    """Before anything else: one's own address, what EKS admits, and the runner of the pipeline."""
    reach = sections(runbook("prod", deploy__runner="inside-the-vpc"))["Access the cluster"]
    own, admitted, login = (reach.index(each) for each in ("checkip", "publicAccessCidrs", "update-kubeconfig"))
    assert own < admitted < login
    assert "`inside-the-vpc`" in reach


@pytest.mark.parametrize("changes", [{}, {"postgres__password": "variable"}])
def test_a_version_of_the_secrets_is_read_and_never_written_down(changes: dict[str, str]) -> None:
    """Each rotation reads the variable on GitHub and adds one: a literal would make the second rotation none."""
    script = code(runbook("prod", **changes))
    assert not re.search(r"TF_VAR_secrets_version=[\"']?\d", script)
    assert "gh variable get SECRETS_VERSION_PROD" in script
    written = re.findall(r"gh variable set SECRETS_VERSION_PROD --body (.*)", script)
    assert len(written) >= 2 and set(written) == {'"$((${version:?} + 1))"'}
    for rotation in re.split(r"(?=^version=)", script, flags=re.MULTILINE)[1:]:
        assert rotation.startswith('version="$(secrets_version)"\n')
