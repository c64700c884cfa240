"""ARNs of IAM roles, made from their names: what is written before AWS knows the role can be read by a person."""

from ddms_compile.catalog.regions import partition
from ddms_compile.provenance.traced import Traced, text
from ddms_compile.resolve.environment import Environment


def partition_of(environment: Environment) -> Traced[str]:
    """`aws`, `aws-cn` or `aws-us-gov`: the first part of every ARN in the environment's region."""
    return environment.read(lambda s: partition(s.aws.region))


def role_arn(environment: Environment, name: str) -> Traced[str]:
    """The ARN of the environment's role `<project>-<environment>-<name>`."""
    return text(
        "arn:{}:iam::{}:role/{}", partition_of(environment), environment.names.account, environment.names.of(name)
    )
