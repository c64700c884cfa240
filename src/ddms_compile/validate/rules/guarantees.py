"""The table of what production guarantees."""

from ddms_compile.spec import EnvironmentSpec
from ddms_compile.validate.rules.production import Guarantee

FEWEST_DAYS = 7
ANYWHERE = ("0.0.0.0/0", "::/0")


def _on_demand(spec: EnvironmentSpec) -> int:
    return sum(nodes.min for nodes in spec.cluster.nodes.values() if nodes.capacity == "on-demand")


GUARANTEES: tuple[Guarantee, ...] = (
    Guarantee(
        code="DDMS301",
        key=("postgres", "multi_az"),
        holds=lambda s: s.postgres.multi_az,
        message="needs a standby of the database in a second zone",
        label="one zone only",
        wanted="multi_az = true under [postgres]",
        why="without it, the loss of one zone is an outage until somebody restores a backup",
    ),
    Guarantee(
        code="DDMS302",
        key=("postgres", "deletion_protection"),
        holds=lambda s: s.postgres.deletion_protection,
        message="needs a database that cannot be deleted by mistake",
        label="not protected",
        wanted="deletion_protection = true under [postgres]",
        why="a `terraform destroy` in the wrong directory would delete it",
    ),
    Guarantee(
        code="DDMS303",
        key=("backup", "rds_retention_days"),
        holds=lambda s: s.backup.rds_retention_days >= FEWEST_DAYS,
        message=f"needs {FEWEST_DAYS} days or more in which the database can be restored to any second",
        label="too few days",
        wanted=f"rds_retention_days = {FEWEST_DAYS} or more under [backup]",
        why="a mistake in the data is often found only after a weekend",
    ),
    Guarantee(
        code="DDMS304",
        key=("redis", "replicas"),
        holds=lambda s: s.redis.replicas >= 1,
        message="needs a replica of Redis that can take over",
        label="no replica",
        wanted="replicas = 1 or more under [redis]",
        why="without one there is no failover: a failed node is an outage, and its data are gone",
    ),
    Guarantee(
        code="DDMS305",
        key=("redis", "auth"),
        holds=lambda s: s.redis.auth == "token",
        message="needs Redis to ask for a token",
        label="open to every pod that reaches it",
        wanted='auth = "token" under [redis]',
        why="the network alone would be all that protects sessions and caches",
    ),
    *(
        Guarantee(
            code="DDMS306",
            key=("workloads", part, "replicas", "min"),
            holds=lambda s, part=part: getattr(s.workloads, part).replicas.min >= 2,  # type: ignore[misc]
            message=f"needs two pods of the {part} or more",
            label="one pod",
            wanted=f"min = 2 or more under [workloads.{part}.replicas]",
            why="a single pod is down whenever its node is drained or upgraded",
        )
        for part in ("backend", "frontend")
    ),
    Guarantee(
        code="DDMS307",
        key=("network", "nat"),
        holds=lambda s: s.network.nat == "per-zone",
        message="needs a NAT gateway in each zone",
        label="one for all zones",
        wanted='nat = "per-zone" under [network]',
        why="the zone of a single gateway takes the way out of all the others with it",
    ),
    Guarantee(
        code="DDMS308",
        key=("network", "zones"),
        holds=lambda s: s.network.zones >= 3,
        message="needs three zones",
        label="fewer",
        wanted="zones = 3 under [network]",
        why="with two, the loss of one halves the capacity",
    ),
    Guarantee(
        code="DDMS309",
        key=("postgres", "final_snapshot"),
        holds=lambda s: s.postgres.final_snapshot,
        message="needs a snapshot when the database is deleted",
        label="none is taken",
        wanted="final_snapshot = true under [postgres]",
        why="the automated backups go with the instance",
    ),
    Guarantee(
        code="DDMS310",
        key=("backup", "velero", "enabled"),
        holds=lambda s: s.backup.velero.enabled,
        message="needs backups of the cluster",
        label="off",
        wanted="enabled = true under [backup.velero]",
        why="volumes and objects that were made by hand are nowhere else",
    ),
    Guarantee(
        code="DDMS311",
        key=("cluster", "endpoint", "public_cidrs"),
        holds=lambda s: not (s.cluster.endpoint.public and set(ANYWHERE) & set(s.cluster.endpoint.public_cidrs)),
        message="must not offer the Kubernetes API to the whole internet",
        label="from everywhere",
        wanted='endpoint = { public = true, public_cidrs = ["203.0.113.0/24"] } under [cluster], with your own ranges,'
        " or public = false",
        why="every hole in the API server is then open to anybody",
    ),
    Guarantee(
        code="DDMS312",
        key=("network", "flow_logs", "enabled"),
        holds=lambda s: s.network.flow_logs.enabled,
        message="needs flow logs of the network",
        label="off",
        wanted="enabled = true under [network.flow_logs]",
        why="after a break-in nobody could say what was reached",
    ),
    Guarantee(
        code="DDMS313",
        key=("edge", "replicas"),
        holds=lambda s: s.edge.replicas >= 2,
        message="needs two pods of the ingress controller or more",
        label="one pod",
        wanted="replicas = 2 or more under [edge]",
        why="all requests go through it",
    ),
    Guarantee(
        code="DDMS314",
        key=("cluster", "nodes"),
        holds=lambda s: _on_demand(s) >= 2,
        message="needs two on-demand nodes or more",
        label="the `min` of all on-demand groups together is less than 2",
        wanted='min = 2 or more in a group with capacity = "on-demand"',
        why="AWS can take all spot nodes back within two minutes",
    ),
    Guarantee(
        code="DDMS315",
        key=("edge", "tls", "issuer"),
        holds=lambda s: s.edge.tls.issuer == "production",
        message="needs certificates that browsers trust",
        label="a test authority",
        wanted='issuer = "production" under [edge.tls]',
        why="the staging authority of Let's Encrypt is in no browser",
    ),
    *(
        Guarantee(
            code="DDMS316",
            key=("workloads", part, "image", "tag"),
            holds=lambda s, part=part: getattr(s.workloads, part).image.tag != "latest",  # type: ignore[misc]
            message=f"needs the {part}'s image by a tag of its own, not `latest`",
            label="what this is changes by itself",
            wanted=f'image = {{ tag = "1.0.0" }} under [workloads.{part}], with the release that is to run',
            why="two pods of one release could run two programs, and there is nothing to roll back to",
        )
        for part in ("backend", "frontend")
    ),
    Guarantee(
        code="DDMS317",
        key=("cluster", "logs"),
        holds=lambda s: {"api", "audit", "authenticator"} <= set(s.cluster.logs),
        message="needs the logs of the Kubernetes API, its audit and its authenticator",
        label="not all of the three",
        wanted='logs = ["api", "audit", "authenticator"] or more under [cluster]',
        why="without them nobody can say who did what in the cluster",
    ),
    Guarantee(
        code="DDMS318",
        key=("ci", "sign_images"),
        holds=lambda s: s.ci.sign_images,
        message="needs images that the pipeline has signed",
        label="not signed",
        wanted="sign_images = true under [ci] in ddms.toml",
        why="without a signature, whoever can push to the registry decides what production runs",
    ),
)
