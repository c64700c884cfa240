"""Where every option of a component must appear; "{c}" is the component."""

from chart.option_case import DIGEST, Case

POD = "Deployment/ddms-{c}:spec/template/spec"
BOX = f"{POD}/containers/0"
_EXTERNAL = {
    "{c}.secrets.mode": "externalSecrets",
    "{c}.secrets.external.storeRef.name": "store",
    "{c}.secrets.external.entries": [{"name": "A", "remoteKey": "k"}],
}


def _probe(kind: str, place: str) -> tuple[Case, ...]:
    prefix = f"{{c}}.probes.{kind}"
    return (
        Case(option=f"{prefix}.path", value="/x/y", places={f"{BOX}/{place}/httpGet/path": "/x/y"}),
        Case(option=f"{prefix}.periodSeconds", value=17, places={f"{BOX}/{place}/periodSeconds": 17}),
        Case(option=f"{prefix}.timeoutSeconds", value=7, places={f"{BOX}/{place}/timeoutSeconds": 7}),
        Case(option=f"{prefix}.failures", value=9, places={f"{BOX}/{place}/failureThreshold": 9}),
    )


OF_A_COMPONENT = (
    Case(option="{c}.image.repository", value="r.example/a", places={f"{BOX}/image": "r.example/a:1.0.0"}),
    Case(
        option="{c}.image.tag",
        value="v2",
        places={
            f"{BOX}/image": "example.com/shop/{c}:v2",
            "Service/ddms-{c}:metadata/labels/app.kubernetes.io~1version": "v2",
        },
    ),
    Case(option="{c}.image.digest", value=DIGEST, places={f"{BOX}/image": f"example.com/shop/{{c}}:1.0.0@{DIGEST}"}),
    Case(option="{c}.image.pullPolicy", value="Always", places={f"{BOX}/imagePullPolicy": "Always"}),
    Case(
        option="{c}.port",
        value=4321,
        places={
            f"{BOX}/ports/0/containerPort": 4321,
            "Service/ddms-{c}:spec/ports/0/port": 4321,
            "NetworkPolicy/ddms-{c}:spec/ingress/0/ports/0/port": 4321,
            "NetworkPolicy/ddms-test-{c}:spec/ingress/0/ports/0/port": 4321,
        },
    ),
    Case(
        option="{c}.replicas.min",
        value=1,
        places={"PodDisruptionBudget/ddms-{c}:": None, "HorizontalPodAutoscaler/ddms-{c}:spec/minReplicas": 1},
    ),
    Case(
        option="{c}.replicas.min",
        value=4,
        places={"HorizontalPodAutoscaler/ddms-{c}:": None, "Deployment/ddms-{c}:spec/replicas": 4},
    ),
    Case(
        option="{c}.replicas.max",
        value=9,
        places={"HorizontalPodAutoscaler/ddms-{c}:spec/maxReplicas": 9, "Deployment/ddms-{c}:spec/replicas": None},
    ),
    Case(
        option="{c}.autoscaling.cpuPercent",
        value=55,
        places={"HorizontalPodAutoscaler/ddms-{c}:spec/metrics/0/resource/target/averageUtilization": 55},
    ),
    Case(
        option="{c}.autoscaling.memoryPercent",
        value=66,
        places={
            "HorizontalPodAutoscaler/ddms-{c}:spec/metrics/1/resource/name": "memory",
            "HorizontalPodAutoscaler/ddms-{c}:spec/metrics/1/resource/target/averageUtilization": 66,
        },
    ),
    Case(
        option="{c}.resources.cpu",
        value="333m",
        places={f"{BOX}/resources/requests/cpu": "333m", f"{BOX}/resources/limits/cpu": None},
    ),
    Case(
        option="{c}.resources.memory",
        value="333Mi",
        places={f"{BOX}/resources/requests/memory": "333Mi", f"{BOX}/resources/limits/memory": "333Mi"},
    ),
    Case(
        option="{c}.resources.ephemeralStorage",
        value="333Mi",
        places={
            f"{BOX}/resources/requests/ephemeral-storage": "333Mi",
            f"{BOX}/resources/limits/ephemeral-storage": "333Mi",
        },
    ),
    *_probe("startup", "startupProbe"),
    *_probe("readiness", "readinessProbe"),
    *_probe("liveness", "livenessProbe"),
    Case(
        option="{c}.environment",
        value={"A": "1"},
        places={
            "ConfigMap/ddms-{c}:data": {"A": "1"},
            f"{BOX}/envFrom": [{"configMapRef": {"name": "ddms-{c}"}}],
        },
    ),
    Case(option="{c}.environment", value={}, places={"ConfigMap/ddms-{c}:": None, f"{BOX}/envFrom": None}),
    Case(
        option="{c}.secrets.mode",
        value="inline",
        places={
            "Secret/ddms-{c}:stringData": {"KEY": "word"},
            "ExternalSecret/ddms-{c}:": None,
            f"{BOX}/envFrom": [{"secretRef": {"name": "ddms-{c}"}}],
            f"{BOX}/env": [{"name": "SECRETS_DIR", "value": "/run/secrets/app"}],
            f"{BOX}/volumeMounts/-1": {"name": "secrets", "mountPath": "/run/secrets/app", "readOnly": True},
            f"{POD}/volumes/-1": {"name": "secrets", "secret": {"secretName": "ddms-{c}", "defaultMode": 0o440}},
        },
        given={"{c}.secrets.inline": {"KEY": "word"}},
    ),
    Case(
        option="{c}.secrets.existing.name",
        value="elsewhere",
        places={
            "Secret/ddms-{c}:": None,
            f"{BOX}/envFrom": [{"secretRef": {"name": "elsewhere"}}],
            f"{POD}/volumes/-1/secret/secretName": "elsewhere",
        },
        given={"{c}.secrets.mode": "existing"},
    ),
    Case(
        option="{c}.secrets.existing.name",
        value="elsewhere",
        places={
            "ExternalSecret/ddms-{c}:spec/target/name": "elsewhere",
            f"{BOX}/envFrom": [{"secretRef": {"name": "elsewhere"}}],
            f"{POD}/volumes/-1/secret/secretName": "elsewhere",
        },
        given=_EXTERNAL,
    ),
    Case(
        option="{c}.secrets.external.storeRef.name",
        value="vault",
        places={
            "ExternalSecret/ddms-{c}:spec/secretStoreRef/name": "vault",
            "ExternalSecret/ddms-{c}:spec/target/name": "ddms-{c}",
            f"{BOX}/envFrom": [{"secretRef": {"name": "ddms-{c}"}}],
        },
        given=_EXTERNAL,
    ),
    Case(
        option="{c}.secrets.external.storeRef.kind",
        value="SecretStore",
        places={"ExternalSecret/ddms-{c}:spec/secretStoreRef/kind": "SecretStore"},
        given=_EXTERNAL,
    ),
    Case(
        option="{c}.secrets.external.refreshInterval",
        value="7m",
        places={"ExternalSecret/ddms-{c}:spec/refreshInterval": "7m"},
        given=_EXTERNAL,
    ),
    Case(
        option="{c}.secrets.external.entries",
        value=[{"name": "A", "remoteKey": "k", "property": "p"}, {"name": "B", "remoteKey": "whole"}],
        places={
            "ExternalSecret/ddms-{c}:spec/data": [
                {"secretKey": "A", "remoteRef": {"key": "k", "property": "p"}},
                {"secretKey": "B", "remoteRef": {"key": "whole"}},
            ]
        },
        given=_EXTERNAL,
    ),
    Case(
        option="{c}.secrets.external.aliases",
        value={"database": "arn:of-the-entry"},
        places={"ExternalSecret/ddms-{c}:spec/data/0/remoteRef/key": "arn:of-the-entry"},
        given={**_EXTERNAL, "{c}.secrets.external.entries": [{"name": "A", "remoteKey": "database"}]},
    ),
    Case(
        option="{c}.secrets.inline",
        value={"Z": "y"},
        places={"Secret/ddms-{c}:stringData": {"Z": "y"}},
        given={"{c}.secrets.mode": "inline"},
    ),
    Case(
        option="{c}.serviceAccount.create",
        value=False,
        places={"ServiceAccount/ddms-{c}:": None, f"{POD}/serviceAccountName": "default"},
    ),
    Case(
        option="{c}.serviceAccount.name",
        value="robot",
        places={"ServiceAccount/robot:automountServiceAccountToken": False, f"{POD}/serviceAccountName": "robot"},
    ),
    Case(
        option="{c}.serviceAccount.annotations",
        value={"a/b": "c"},
        places={"ServiceAccount/ddms-{c}:metadata/annotations": {"a/b": "c"}},
    ),
    Case(
        option="{c}.metrics.enabled",
        value=True,
        places={
            "ServiceMonitor/ddms-{c}:spec/endpoints/0/port": "http",
            "NetworkPolicy/ddms-{c}:spec/ingress/1/from/0/namespaceSelector/matchLabels": {
                "kubernetes.io/metadata.name": "monitoring"
            },
        },
    ),
    Case(
        option="{c}.metrics.enabled",
        value=False,
        places={"ServiceMonitor/ddms-{c}:": None, "NetworkPolicy/ddms-{c}:spec/ingress/1": None},
    ),
    Case(
        option="{c}.metrics.path",
        value="/m",
        places={"ServiceMonitor/ddms-{c}:spec/endpoints/0/path": "/m"},
        given={"{c}.metrics.enabled": True},
    ),
    Case(
        option="{c}.metrics.port",
        value=9100,
        places={
            "ServiceMonitor/ddms-{c}:spec/endpoints/0/port": "metrics",
            "Service/ddms-{c}:spec/ports/1/port": 9100,
            f"{BOX}/ports/1/containerPort": 9100,
            "NetworkPolicy/ddms-{c}:spec/ingress/1/ports": [{"protocol": "TCP", "port": 9100}],
        },
        given={"{c}.metrics.enabled": True},
    ),
    Case(
        option="{c}.metrics.interval",
        value="45s",
        places={"ServiceMonitor/ddms-{c}:spec/endpoints/0/interval": "45s"},
        given={"{c}.metrics.enabled": True},
    ),
    Case(
        option="{c}.egress",
        value=[{"cidr": "192.0.2.0/24", "ports": [443, 8443], "reason": "mail provider"}],
        places={
            "NetworkPolicy/ddms-{c}:spec/egress/1": {
                "to": [{"ipBlock": {"cidr": "192.0.2.0/24"}}],
                "ports": [{"protocol": "TCP", "port": 443}, {"protocol": "TCP", "port": 8443}],
            },
            "NetworkPolicy/ddms-{c}:metadata/annotations": {"egress.ddms/0": "192.0.2.0/24: mail provider"},
        },
    ),
    Case(option="{c}.terminationGraceSeconds", value=99, places={f"{POD}/terminationGracePeriodSeconds": 99}),
    Case(option="{c}.preStopSeconds", value=5, places={f"{BOX}/lifecycle/preStop/sleep/seconds": 5}),
    Case(option="{c}.preStopSeconds", value=0, places={f"{BOX}/lifecycle": None}),
    Case(option="{c}.podDisruptionBudget.enabled", value=False, places={"PodDisruptionBudget/ddms-{c}:": None}),
    Case(
        option="{c}.podDisruptionBudget.enabled",
        value=True,
        places={"PodDisruptionBudget/ddms-{c}:spec/maxUnavailable": 1},
    ),
    Case(
        option="{c}.topologySpread.zones",
        value="DoNotSchedule",
        places={f"{POD}/topologySpreadConstraints/0/whenUnsatisfiable": "DoNotSchedule"},
    ),
    Case(
        option="{c}.topologySpread.minZones",
        value=3,
        places={
            f"{POD}/topologySpreadConstraints/0/minDomains": 3,
            f"{POD}/topologySpreadConstraints/0/nodeTaintsPolicy": "Honor",
        },
        given={"{c}.topologySpread.zones": "DoNotSchedule"},
    ),
    Case(
        option="{c}.topologySpread.hosts",
        value="required",
        places={
            f"{POD}/affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution/0/topologyKey": (
                "kubernetes.io/hostname"
            )
        },
    ),
    Case(option="{c}.nodeSelector", value={"a/b": "c"}, places={f"{POD}/nodeSelector": {"a/b": "c"}}),
    Case(
        option="{c}.tolerations",
        value=[
            {"key": "k", "operator": "Exists", "effect": "NoExecute"},
            {"key": "k", "operator": "Equal", "value": "v", "effect": "NoSchedule"},
        ],
        places={
            f"{POD}/tolerations": [
                {"key": "k", "operator": "Exists", "effect": "NoExecute"},
                {"key": "k", "operator": "Equal", "value": "v", "effect": "NoSchedule"},
            ]
        },
    ),
    Case(option="{c}.priorityClassName", value="high", places={f"{POD}/priorityClassName": "high"}),
    Case(
        option="{c}.podAnnotations",
        value={"a/b": "c"},
        places={"Deployment/ddms-{c}:spec/template/metadata/annotations/a~1b": "c"},
    ),
    Case(
        option="{c}.runAsUser",
        value=2000000000,
        places={
            f"{POD}/securityContext/runAsUser": 2000000000,
            f"{POD}/securityContext/runAsGroup": 2000000000,
            f"{POD}/securityContext/fsGroup": 2000000000,
        },
    ),
    Case(
        option="{c}.writablePaths",
        value=[{"path": "/data", "size": "5Mi"}],
        places={
            f"{BOX}/volumeMounts": [{"name": "writable-0", "mountPath": "/data"}],
            f"{POD}/volumes": [{"name": "writable-0", "emptyDir": {"sizeLimit": "5Mi"}}],
        },
    ),
    Case(option="{c}.writablePaths", value=[], places={f"{BOX}/volumeMounts": None, f"{POD}/volumes": None}),
)
