"""A real Label Studio on loopback, and what its people do there."""

from typing import Any, Self

import httpx

EMAIL = "annotator@example.org"
PASSWORD = "only-for-tests-on-loopback"
TOKEN = "0123456789abcdef0123456789abcdef01234567"
ANSWERS_WITHIN_S = 60


class There:
    """Somebody at work in Label Studio, through the API that its pages use."""

    def __init__(self, url: str, token: str = TOKEN) -> None:
        self.url = url
        self._web = httpx.Client(
            base_url=url, headers={"Authorization": f"Token {token}"}, timeout=ANSWERS_WITHIN_S
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *args: object) -> None:
        self._web.close()

    def ask(self, method: str, path: str, **sent: Any) -> Any:
        response = self._web.request(method, path, **sent)
        assert response.is_success, (method, path, response.status_code, response.text[:500])
        return response.json() if response.content else None

    def project(self, number: int | None) -> dict[str, Any]:
        found: dict[str, Any] = self.ask("GET", f"/api/projects/{number}/")
        return found

    def tasks(self, number: int | None) -> list[dict[str, Any]]:
        found = self.ask("GET", f"/api/tasks/?project={number}&page_size=100&fields=all")
        return sorted(found["tasks"], key=lambda task: int(task["id"]))

    def answer(self, task: int, results: list[dict[str, Any]], **more: Any) -> int:
        made = self.ask(
            "POST", f"/api/tasks/{task}/annotations/", json={"result": results, "lead_time": 42.5, **more}
        )
        return int(made["id"])

    def change(self, annotation: int, results: list[dict[str, Any]]) -> None:
        self.ask("PATCH", f"/api/annotations/{annotation}/", json={"result": results})

    def withdraw(self, annotation: int) -> None:
        self.ask("DELETE", f"/api/annotations/{annotation}/")

    def delete(self, task: int) -> None:
        self.ask("DELETE", f"/api/tasks/{task}/")


def chose(name: str, *choices: str, to: str = "conversation") -> dict[str, Any]:
    """One answer by choices, as Label Studio keeps it."""
    return {"from_name": name, "to_name": to, "type": "choices", "value": {"choices": list(choices)}}


def stars(name: str, number: int, to: str = "conversation") -> dict[str, Any]:
    """One answer by stars."""
    return {"from_name": name, "to_name": to, "type": "rating", "value": {"rating": number}}


def wrote(name: str, text: str) -> dict[str, Any]:
    """One answer in words."""
    return {"from_name": name, "to_name": "conversation", "type": "textarea", "value": {"text": [text]}}


def pressed(side: str) -> dict[str, Any]:
    """The better of two responses."""
    return {
        "from_name": "better",
        "to_name": "response_A",
        "type": "pairwise",
        "value": {"selected": side},
    }
