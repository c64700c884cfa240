"""Where every option beside those of the components must appear."""

from chart.option_case import DIGEST, Case

_ALERTS = {"alerts.enabled": True, "alerts.runbookBaseUrl": "https://example.com/r"}
_RULE = "PrometheusRule/ddms:spec/groups/0/rules"

OF_THE_REST = (
    Case(
        option="global.environment",
        value="qa",
        places={
            "Ingress/ddms:metadata/labels/environment": "qa",
            "Deployment/ddms-backend:spec/template/metadata/labels/environment": "qa",
        },
    ),
    Case(
        option="global.labels",
        value={"team": "web", "app.kubernetes.io/name": "other"},
        places={
            "Service/ddms-frontend:metadata/labels/team": "web",
            "ServiceMonitor/ddms-backend:metadata/labels/team": "web",
            "PrometheusRule/ddms:metadata/labels/team": "web",
            "Service/ddms-frontend:metadata/labels/app.kubernetes.io~1name": "ddms",
        },
        given={**_ALERTS, "backend.metrics.enabled": True},
    ),
    Case(
        option="global.imagePullSecrets",
        value=["one", "two"],
        places={
            "Deployment/ddms-backend:spec/template/spec/imagePullSecrets": [{"name": "one"}, {"name": "two"}],
            "Pod/ddms-backend-test:spec/imagePullSecrets": [{"name": "one"}, {"name": "two"}],
        },
    ),
    Case(
        option="nameOverride",
        value="web-shop",
        places={
            "PrometheusRule/ddms-web-shop:metadata/labels/app.kubernetes.io~1part-of": "web-shop",
            "PrometheusRule/ddms-web-shop:spec/groups/0/rules/0/alert": "WebShopHighErrorRate",
            "Service/ddms-web-shop-backend:spec/selector/app.kubernetes.io~1name": "web-shop",
        },
        given=_ALERTS,
    ),
    Case(
        option="fullnameOverride",
        value="other",
        places={"Service/other-backend:spec/type": "ClusterIP", "Ingress/other:kind": "Ingress"},
    ),
    Case(
        option="ingress.enabled",
        value=False,
        places={"Ingress/ddms:": None, "NetworkPolicy/ddms-backend:spec/ingress": None},
    ),
    Case(option="ingress.className", value="traefik", places={"Ingress/ddms:spec/ingressClassName": "traefik"}),
    Case(
        option="ingress.hosts.app",
        value="www.example.org",
        places={
            "Ingress/ddms:spec/tls/0/hosts/0": "www.example.org",
            "Ingress/ddms:spec/rules/1/host": "www.example.org",
            "Ingress/ddms:spec/rules/1/http/paths/0/backend/service/name": "ddms-frontend",
        },
    ),
    Case(
        option="ingress.hosts.api",
        value="rest.example.org",
        places={
            "Ingress/ddms:spec/tls/0/hosts/1": "rest.example.org",
            "Ingress/ddms:spec/rules/0/host": "rest.example.org",
            "Ingress/ddms:spec/rules/0/http/paths/0/backend/service/name": "ddms-backend",
        },
    ),
    Case(
        option="ingress.tls.enabled",
        value=False,
        places={"Ingress/ddms:spec/tls": None, "Ingress/ddms:metadata/annotations": None},
    ),
    Case(
        option="ingress.tls.clusterIssuer",
        value="ca",
        places={
            "Ingress/ddms:metadata/annotations/cert-manager.io~1cluster-issuer": "ca",
            "Ingress/ddms:spec/tls/0/secretName": "ddms-tls",
        },
    ),
    Case(option="ingress.tls.secretName", value="wildcard", places={"Ingress/ddms:spec/tls/0/secretName": "wildcard"}),
    Case(option="ingress.annotations", value={"a/b": "8m"}, places={"Ingress/ddms:metadata/annotations/a~1b": "8m"}),
    Case(
        option="ingress.controllerNamespace",
        value="edge",
        places={
            f"NetworkPolicy/{name}:spec/ingress/0/from/0/namespaceSelector/matchLabels": {
                "kubernetes.io/metadata.name": "edge"
            }
            for name in ("ddms-backend", "ddms-frontend", "ddms-acme-solver")
        },
    ),
    Case(
        option="ingress.controllerSelector",
        value={"app": "edge"},
        places={
            f"NetworkPolicy/{name}:spec/ingress/0/from/0/podSelector/matchLabels/app": "edge"
            for name in ("ddms-backend", "ddms-frontend", "ddms-acme-solver")
        },
    ),
    Case(
        option="ingress.controllerSelector",
        value={"app": "edge", "app.kubernetes.io/name": None},
        places={"NetworkPolicy/ddms-backend:spec/ingress/0/from/0/podSelector/matchLabels": {"app": "edge"}},
    ),
    Case(
        option="networkPolicy.enabled",
        value=False,
        places={
            f"NetworkPolicy/{name}:": None
            for name in ("ddms-backend", "ddms-frontend", "ddms-default-deny", "ddms-acme-solver", "ddms-test")
        },
    ),
    Case(
        option="networkPolicy.databaseCidrs",
        value=["10.1.0.0/24", "10.1.1.0/24"],
        places={
            "NetworkPolicy/ddms-backend:spec/egress/1/to": [
                {"ipBlock": {"cidr": "10.1.0.0/24"}},
                {"ipBlock": {"cidr": "10.1.1.0/24"}},
            ],
            "NetworkPolicy/ddms-frontend:spec/egress/1": None,
        },
    ),
    Case(
        option="networkPolicy.databasePort",
        value=5433,
        places={"NetworkPolicy/ddms-backend:spec/egress/1/ports": [{"protocol": "TCP", "port": 5433}]},
        given={"networkPolicy.databaseCidrs": ["10.1.0.0/24"]},
    ),
    Case(
        option="networkPolicy.redisCidrs",
        value=["10.1.2.0/24"],
        places={
            "NetworkPolicy/ddms-backend:spec/egress/1/to": [{"ipBlock": {"cidr": "10.1.2.0/24"}}],
            "NetworkPolicy/ddms-frontend:spec/egress/1": None,
        },
    ),
    Case(
        option="networkPolicy.redisPort",
        value=6380,
        places={"NetworkPolicy/ddms-backend:spec/egress/1/ports": [{"protocol": "TCP", "port": 6380}]},
        given={"networkPolicy.redisCidrs": ["10.1.2.0/24"]},
    ),
    Case(
        option="networkPolicy.dns.namespace",
        value="names",
        places={
            f"NetworkPolicy/{name}:spec/egress/0/to/0/namespaceSelector/matchLabels": {
                "kubernetes.io/metadata.name": "names"
            }
            for name in ("ddms-backend", "ddms-frontend", "ddms-test")
        },
    ),
    Case(
        option="networkPolicy.dns.selector",
        value={"k8s-app": "coredns"},
        places={"NetworkPolicy/ddms-backend:spec/egress/0/to/0/podSelector/matchLabels": {"k8s-app": "coredns"}},
    ),
    Case(
        option="networkPolicy.dns.cidrs",
        value=["169.254.20.10/32"],
        places={"NetworkPolicy/ddms-backend:spec/egress/0/to/1": {"ipBlock": {"cidr": "169.254.20.10/32"}}},
    ),
    Case(
        option="networkPolicy.monitoringNamespace",
        value="watch",
        places={
            "NetworkPolicy/ddms-backend:spec/ingress/1/from/0/namespaceSelector/matchLabels": {
                "kubernetes.io/metadata.name": "watch"
            }
        },
        given={"backend.metrics.enabled": True},
    ),
    Case(option="alerts.enabled", value=False, places={"PrometheusRule/ddms:": None}, given=_ALERTS),
    Case(
        option="alerts.runbookBaseUrl",
        value="https://example.org/b",
        places={
            f"{_RULE}/0/annotations/runbook_url": "https://example.org/b#ddmshigherrorrate",
            f"{_RULE}/1/annotations/runbook_url": "https://example.org/b#ddmsreplicashortage",
        },
        given=_ALERTS,
    ),
    Case(
        option="alerts.controller",
        value="traefik",
        places={
            f"{_RULE}/0/expr": (
                "(\n  sum by (exported_service) (rate({errors}[5m]))\n  /\n"
                "  sum by (exported_service) (rate({all}[5m]))\n) >= 0.05\nand\n"
                "sum by (exported_service) (rate({all}[5m])) > 0.1"
            )
            .replace("{errors}", 'traefik_service_requests_total{{services},code=~"5.."}')
            .replace("{all}", "traefik_service_requests_total{{services}}")
            .replace(
                "{services}",
                'exported_service=~"shop-ddms-ddms-backend-http@kubernetesingressnginx|shop-ddms-ddms-frontend-http@kubernetesingressnginx"',
            )
        },
        given=_ALERTS,
    ),
    Case(
        option="alerts.honorLabels",
        value=True,
        places={
            f"{_RULE}/0/expr": (
                "(\n  sum by (ingress, host) (rate({errors}[5m]))\n  /\n"
                "  sum by (ingress, host) (rate({all}[5m]))\n) >= 0.05\nand\n"
                "sum by (ingress, host) (rate({all}[5m])) > 0.1"
            )
            .replace("{errors}", 'nginx_ingress_controller_requests{namespace="shop",ingress="ddms",status=~"5.."}')
            .replace("{all}", 'nginx_ingress_controller_requests{namespace="shop",ingress="ddms"}')
        },
        given=_ALERTS,
    ),
    Case(option="alerts.errorRatio", value=0.25, places={f"{_RULE}/0/expr~": ">= 0.25\n"}, given=_ALERTS),
    Case(option="alerts.errorFor", value="9m", places={f"{_RULE}/0/for": "9m"}, given=_ALERTS),
    Case(option="alerts.minimumRequestRate", value=3, places={f"{_RULE}/0/expr~": ") > 3"}, given=_ALERTS),
    Case(option="alerts.replicaShortageFor", value="9m", places={f"{_RULE}/1/for": "9m"}, given=_ALERTS),
    Case(
        option="alerts.labels",
        value={"team": "web"},
        places={
            f"{_RULE}/0/labels": {"team": "web", "severity": "critical"},
            f"{_RULE}/1/labels": {"team": "web", "severity": "warning"},
        },
        given=_ALERTS,
    ),
    Case(
        option="tests.image.repository",
        value="r/a",
        places={"Pod/ddms-backend-test:spec/containers/0/image": "r/a:1.37.0"},
    ),
    Case(
        option="tests.image.tag",
        value="2",
        places={"Pod/ddms-frontend-test:spec/containers/0/image": "docker.io/library/busybox:2"},
    ),
    Case(
        option="tests.image.digest",
        value=DIGEST,
        places={"Pod/ddms-backend-test:spec/containers/0/image": f"docker.io/library/busybox:1.37.0@{DIGEST}"},
    ),
    Case(
        option="tests.image.pullPolicy",
        value="Never",
        places={"Pod/ddms-backend-test:spec/containers/0/imagePullPolicy": "Never"},
    ),
)
