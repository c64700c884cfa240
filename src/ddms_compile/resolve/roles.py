"""ARNs of IAM roles by name, for files that are written before the roles exist."""

from ddms_compile.catalog.regions import partition
from ddms_compile.provenance.traced import Traced, text
from ddms_compile.resolve.environment import Environment


def partition_of(environment: Environment) -> Traced[str]:
    """Return the partition in ARNs of the environment's region: `aws`, `aws-cn` or `aws-us-gov`."""
    return environment.read(lambda s: partition(s.aws.region))


def role_arn(environment: Environment, name: str) -> Traced[str]:
    """Return the ARN of the environment's role `<project>-<environment>-<name>`."""
    return text(
        "arn:{}:iam::{}:role/{}", partition_of(environment), environment.names.account, environment.names.of(name)
    )
