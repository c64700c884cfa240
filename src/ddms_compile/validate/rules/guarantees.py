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
        why="without it, the loss of one zone is an outage until a backup is restored",
    ),
    Guarantee(
        code="DDMS302",
        key=("postgres", "deletion_protection"),
        holds=lambda s: s.postgres.deletion_protection,
        message="needs deletion protection of the database",
        label="not protected",
        wanted="deletion_protection = true under [postgres]",
        why="a `terraform destroy` in the wrong directory would delete it",
    ),
    Guarantee(
        code="DDMS303",
        key=("backup", "rds_retention_days"),
        holds=lambda s: s.backup.rds_retention_days >= FEWEST_DAYS,
        message=f"needs a backup retention of {FEWEST_DAYS} days or more for the database",
        label="retention too short",
        wanted=f"rds_retention_days = {FEWEST_DAYS} or more under [backup]",
        why="a mistake in the data is often discovered only after a weekend",
    ),
    Guarantee(
        code="DDMS304",
        key=("redis", "replicas"),
        holds=lambda s: s.redis.replicas >= 1,
        message="needs a replica of Redis for failover",
        label="no replica",
        wanted="replicas = 1 or more under [redis]",
        why="without one there is no failover: a failed node is an outage, and its data are lost",
    ),
    Guarantee(
        code="DDMS305",
        key=("redis", "auth"),
        holds=lambda s: s.redis.auth == "token",
        message="needs token authentication for Redis",
        label="open to every pod that reaches it",
        wanted='auth = "token" under [redis]',
        why="otherwise only network isolation protects sessions and caches",
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
        label="shared by all zones",
        wanted='nat = "per-zone" under [network]',
        why="a single NAT gateway is a single point of failure for outbound access from every zone",
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
        message="needs a final snapshot when the database is deleted",
        label="no final snapshot",
        wanted="final_snapshot = true under [postgres]",
        why="the automated backups are deleted with the instance",
    ),
    Guarantee(
        code="DDMS310",
        key=("backup", "velero", "enabled"),
        holds=lambda s: s.backup.velero.enabled,
        message="needs backups of the cluster",
        label="off",
        wanted="enabled = true under [backup.velero]",
        why="volumes and objects created by hand have no other copy",
    ),
    Guarantee(
        code="DDMS311",
        key=("cluster", "endpoint", "public_cidrs"),
        holds=lambda s: not (s.cluster.endpoint.public and set(ANYWHERE) & set(s.cluster.endpoint.public_cidrs)),
        message="must not expose the Kubernetes API to the whole internet",
        label="from everywhere",
        wanted='endpoint = { public = true, public_cidrs = ["203.0.113.0/24"] } under [cluster], with your own ranges,'
        " or public = false",
        why="anyone could exploit a vulnerability of the API server",
    ),
    Guarantee(
        code="DDMS312",
        key=("network", "flow_logs", "enabled"),
        holds=lambda s: s.network.flow_logs.enabled,
        message="needs flow logs of the network",
        label="off",
        wanted="enabled = true under [network.flow_logs]",
        why="after an intrusion they are the only record of network traffic",
    ),
    Guarantee(
        code="DDMS313",
        key=("edge", "replicas"),
        holds=lambda s: s.edge.replicas >= 2,
        message="needs two pods of the ingress controller or more",
        label="one pod",
        wanted="replicas = 2 or more under [edge]",
        why="all requests pass through it",
    ),
    Guarantee(
        code="DDMS314",
        key=("cluster", "nodes"),
        holds=lambda s: _on_demand(s) >= 2,
        message="needs two on-demand nodes or more",
        label="the `min` of all on-demand groups together is less than 2",
        wanted='min = 2 or more in a group with capacity = "on-demand"',
        why="AWS can reclaim all Spot nodes within two minutes",
    ),
    Guarantee(
        code="DDMS315",
        key=("edge", "tls", "issuer"),
        holds=lambda s: s.edge.tls.issuer == "production",
        message="needs certificates that browsers trust",
        label="issued by a test authority",
        wanted='issuer = "production" under [edge.tls]',
        why="no browser trusts the staging environment of Let's Encrypt",
    ),
    *(
        Guarantee(
            code="DDMS316",
            key=("workloads", part, "image", "tag"),
            holds=lambda s, part=part: getattr(s.workloads, part).image.tag != "latest",  # type: ignore[misc]
            message=f"needs an immutable image tag for the {part}, not `latest`",
            label="a moving tag",
            wanted=f'image = {{ tag = "1.0.0" }} under [workloads.{part}], with the release to run',
            why="two pods of one release could run different programs, and there is nothing to roll back to",
        )
        for part in ("backend", "frontend")
    ),
    Guarantee(
        code="DDMS317",
        key=("cluster", "logs"),
        holds=lambda s: {"api", "audit", "authenticator"} <= set(s.cluster.logs),
        message="needs the API server, audit and authenticator logs of the control plane",
        label="at least one is missing",
        wanted='logs = ["api", "audit", "authenticator"] or more under [cluster]',
        why="they are the only record of who did what in the cluster",
    ),
    Guarantee(
        code="DDMS318",
        key=("ci", "sign_images"),
        holds=lambda s: s.ci.sign_images,
        message="needs images that the pipeline signs",
        label="not signed",
        wanted="sign_images = true under [ci] in ddms.toml",
        why="without a signature, every principal that can push to the registry decides what production runs",
    ),
)
