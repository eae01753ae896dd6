"""What is shipped for operators, as far as it can be followed without Docker or Kubernetes: names match."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
NGINX = (DEPLOY / "nginx.conf").read_text()
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = {
    path: yaml.safe_load((ROOT / path).read_text()) for path in ("compose.yaml", "deploy/compose.yaml")
}
KUBERNETES = {one["kind"]: one for one in yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text())}
PORT = int(re.search(r"^EXPOSE (\d+)$", DOCKERFILE, re.MULTILINE)[1])
USER = int(re.search(r"^USER (\d+):(\d+)$", DOCKERFILE, re.MULTILINE)[1])
SETTINGS = set(re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "web" / "README.md").read_text(), re.MULTILINE))

every_compose = pytest.mark.parametrize("compose", COMPOSE.values(), ids=COMPOSE)


@every_compose
def test_every_container_writes_to_memory_only_and_may_do_nothing(compose):
    for service in compose["services"].values():
        assert service["read_only"] is True
        assert service["tmpfs"] == ["/tmp"]
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["restart"] == "unless-stopped"


@every_compose
def test_the_settings_passed_on_are_settings_of_the_server(compose):
    passed = {one.split("=")[0] for one in compose["services"]["descent"]["environment"]}
    assert passed <= SETTINGS
    assert {"WEB_CONCURRENCY", "DESCENT_STREAMS", "LOG_LEVEL", "ACCESS_LOG"} <= passed


@every_compose
def test_images_are_built_here_or_pinned(compose):
    for name, service in compose["services"].items():
        assert service["image"] == "descent" if "build" in service else re.search(r":\d", service["image"]), (
            name
        )


def test_one_container_publishes_the_port_that_the_image_listens_on():
    service = COMPOSE["compose.yaml"]["services"]["descent"]
    assert (ROOT / service["build"] / "Dockerfile").exists()
    assert service["ports"] == [f"${{PORT:-8000}}:{PORT}"]


def test_several_containers_are_reached_through_nginx_alone():
    services = COMPOSE["deploy/compose.yaml"]["services"]
    assert (DEPLOY / services["descent"]["build"] / "Dockerfile").exists()
    assert "ports" not in services["descent"]
    assert services["descent"]["deploy"]["replicas"] == "${REPLICAS:-2}"
    assert f"server descent:{PORT} " in NGINX
    listens = re.search(r"listen (\d+);", NGINX)[1]
    assert services["nginx"]["ports"] == [f"${{PORT:-8000}}:{listens}"]
    assert f"http://127.0.0.1:{listens}/healthz" in services["nginx"]["healthcheck"]["test"]
    (volume,) = services["nginx"]["volumes"]
    assert volume.endswith(":ro")
    assert (DEPLOY / volume.split(":")[0]).read_text() == NGINX


def test_every_container_has_a_health_check():
    """The servers' is in their image."""
    assert re.search(r"^HEALTHCHECK", DOCKERFILE, re.MULTILINE)
    services = COMPOSE["deploy/compose.yaml"]["services"]
    assert services["nginx"]["depends_on"]["descent"]["condition"] == "service_healthy"


def test_nginx_writes_only_to_the_folder_in_memory():
    places = re.findall(r"(?:_temp_path|pid) (\S+);", NGINX)
    assert len(places) == 6
    assert all(place.startswith("/tmp/") for place in places)
    assert "access_log off;" in NGINX


def test_the_kubernetes_objects_name_each_other():
    assert set(KUBERNETES) == {
        *("Deployment", "Service", "Ingress", "HorizontalPodAutoscaler", "PodDisruptionBudget")
    }
    template = KUBERNETES["Deployment"]["spec"]["template"]
    labels = template["metadata"]["labels"]
    assert KUBERNETES["Deployment"]["spec"]["selector"]["matchLabels"] == labels
    assert KUBERNETES["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"] == labels
    assert KUBERNETES["Service"]["spec"]["selector"] == labels
    (container,) = template["spec"]["containers"]
    (port,) = container["ports"]
    assert port["containerPort"] == PORT
    (service_port,) = KUBERNETES["Service"]["spec"]["ports"]
    assert service_port["targetPort"] == port["name"]
    backend = KUBERNETES["Ingress"]["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]
    assert backend == {
        "name": KUBERNETES["Service"]["metadata"]["name"],
        "port": {"name": service_port["name"]},
    }
    target = KUBERNETES["HorizontalPodAutoscaler"]["spec"]["scaleTargetRef"]
    assert target["name"] == KUBERNETES["Deployment"]["metadata"]["name"]
    assert {one["name"] for one in container["env"]} <= SETTINGS
    assert template["metadata"]["annotations"]["prometheus.io/port"] == str(PORT)


def test_the_pod_may_do_nothing_and_its_probes_are_addresses_of_the_server(app):
    pod = KUBERNETES["Deployment"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == USER
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert set(container["resources"]) == {"requests", "limits"}
    served = {rule.rule for rule in app.url_map.iter_rules()}
    probes = {
        name: container[f"{name}Probe"]["httpGet"]["path"] for name in ("startup", "liveness", "readiness")
    }
    assert probes == {"startup": "/healthz", "liveness": "/healthz", "readiness": "/readyz"}
    assert set(probes.values()) <= served


def test_a_server_has_the_time_to_end_its_streams_before_it_is_killed():
    grace = int(
        re.search(r"^graceful_timeout = (\d+)", (ROOT / "gunicorn.conf.py").read_text(), re.MULTILINE)[1]
    )
    for compose in COMPOSE.values():
        assert int(compose["services"]["descent"]["stop_grace_period"].rstrip("s")) > grace
    pod = KUBERNETES["Deployment"]["spec"]["template"]["spec"]
    waits = int(pod["containers"][0]["lifecycle"]["preStop"]["exec"]["command"][1])
    assert pod["terminationGracePeriodSeconds"] > waits + grace
