"""The Hub double, asked by the unmodified clients of the Hub."""

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic, sleep

import httpx2
import pytest
from huggingface_hub import CommitOperationDelete, HfApi
from huggingface_hub.errors import (
    HfHubHTTPError,
    RemoteEntryNotFoundError,
    RevisionNotFoundError,
)

from exports.hub_double import HubDouble
from tests.exports.hub import REPO, head, parquet, push, titles

pytestmark = pytest.mark.usefixtures("plain_uploads")

ROOT = Path(__file__).parents[2]
README = b"""---
configs:
- config_name: preference
  default: true
  data_files:
  - split: train
    path: preference/train-*.parquet
- config_name: ratings
  data_files:
  - split: train
    path: ratings/train-*.parquet
---
# Traits
"""
LOAD = f"""
import json
from datasets import load_dataset
kept = load_dataset("{REPO}", "preference", revision="v1", split="train")
streamed = load_dataset("{REPO}", "ratings", revision="v1", split="train", streaming=True)
newest = load_dataset("{REPO}", split="train", streaming=True)
print(json.dumps([kept[41]["prompt"], len(kept), sum(row["score"] for row in streamed), len(list(newest))]))
"""


def test_datasets_loads_a_tagged_push_whole_and_streamed(hub: HubDouble, api: HfApi, tmp_path: Path) -> None:
    names = (
        "preference/train-00000.parquet",
        "preference/train-00001.parquet",
        "ratings/train-00000.parquet",
    )
    push(api, {"README.md": README, **dict.fromkeys(names, parquet())})
    api.create_tag(REPO, tag="v1", repo_type="dataset")
    push(api, {"preference/train-00001.parquet": parquet(5)})
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("HF_", "HUGGING"))}
    settings = {
        "HF_ENDPOINT": hub.url,
        "HF_HOME": str(tmp_path / "home"),
        "HF_HUB_DISABLE_XET": "1",
        "HF_UPDATE_DOWNLOAD_COUNTS": "0",
    }

    done = subprocess.run(
        [sys.executable, "-c", LOAD], env=clean | settings, capture_output=True, text=True, timeout=90
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == ["question 41", 100, sum(range(50)), 55]
    assert 206 in {request.status for request in hub.requests if request.route == "resolve"}


def test_a_push_shows_in_info_files_history_and_refs(api: HfApi) -> None:
    commit = push(api, {"README.md": README, "data/train.parquet": parquet(), "empty.txt": b""})
    api.create_tag(REPO, tag="v1", tag_message="first", repo_type="dataset")

    info = api.dataset_info(REPO, revision="v1", files_metadata=True)
    refs = api.list_repo_refs(REPO, repo_type="dataset")
    found = api.get_paths_info(REPO, ["data", "README.md", "no"], expand=True, repo_type="dataset")

    large = {file.rfilename: bool(file.lfs) for file in info.siblings or []}
    assert large == {
        ".gitattributes": False,
        "README.md": False,
        "data/train.parquet": True,
        "empty.txt": False,
    }
    assert info.sha == commit.oid == refs.tags[0].target_commit == refs.branches[0].target_commit
    assert titles(api) == ["Release 1", "initial commit"]
    assert [(entry.path, bool(entry.last_commit)) for entry in found] == [("data", True), ("README.md", True)]


def test_large_files_travel_in_parts(tmp_path: Path) -> None:
    content = os.urandom(10_500)
    with HubDouble(tmp_path, {"hf_write": "write"}, part_bytes=1000) as double:
        api = HfApi(endpoint=double.url, token="hf_write")
        api.create_repo(REPO, repo_type="dataset")

        push(api, {"weights.bin": content})

        assert httpx2.get(f"{double.url}/datasets/{REPO}/resolve/main/weights.bin").content == content
        assert [request.route for request in double.requests].count("lfs_put") == 11
        assert not list((tmp_path / "incoming").iterdir())


def test_of_many_commits_on_one_parent_one_wins(hub: HubDouble, api: HfApi) -> None:
    address = f"{hub.url}/api/datasets/{REPO}/commit/main"
    header = {"key": "header", "value": {"summary": "Attempt", "parentCommit": head(api)}}
    files = [{"key": "file", "value": {"path": f"{n}.txt", "content": str(n)}} for n in range(50)]
    body = "\n".join(map(json.dumps, [header, *files]))

    with (
        httpx2.Client(headers={"Authorization": "Bearer hf_write"}) as client,
        ThreadPoolExecutor(8) as pool,
    ):
        answers = list(pool.map(lambda _: client.post(address, content=body), range(16)))

    statuses = [answer.status_code for answer in answers]
    assert sorted(statuses) == [200] + [412] * 15
    assert len(titles(api)) == 2


def test_the_same_content_again_makes_no_commit(hub: HubDouble, api: HfApi) -> None:
    files = {"README.md": README, "train.parquet": parquet()}
    first = push(api, files)

    again = push(api, files)

    assert again.oid == first.oid
    assert [request.route for request in hub.requests].count("lfs_put") == 1


def test_a_repository_is_created_once(api: HfApi) -> None:
    with pytest.raises(HfHubHTTPError, match="You already created this dataset repo") as caught:
        api.create_repo(REPO, repo_type="dataset")

    assert caught.value.response.status_code == 409
    assert api.create_repo(REPO, repo_type="dataset", exist_ok=True).repo_id == REPO
    assert api.create_repo("mine", repo_type="dataset", private=True).repo_id == "demo/mine"
    assert [found.id for found in api.list_datasets(author="demo")] == ["demo/mine"]


def test_a_deleted_repository_is_gone(api: HfApi) -> None:
    api.delete_repo(REPO, repo_type="dataset")

    assert not api.repo_exists(REPO, repo_type="dataset")


def test_tags_are_made_once_and_removed(api: HfApi) -> None:
    api.create_tag(REPO, tag="v1", repo_type="dataset")

    with pytest.raises(HfHubHTTPError) as caught:
        api.create_tag(REPO, tag="v1", repo_type="dataset")
    api.create_tag(REPO, tag="v1", repo_type="dataset", exist_ok=True)
    api.delete_tag(REPO, tag="v1", repo_type="dataset")

    assert caught.value.response.status_code == 409
    assert not api.list_repo_refs(REPO, repo_type="dataset").tags
    with pytest.raises(RevisionNotFoundError):
        api.dataset_info(REPO, revision="v1")


def test_a_branch_moves_apart_from_main(api: HfApi) -> None:
    start = head(api)
    api.create_branch(REPO, branch="refs-test/x", repo_type="dataset")

    push(api, {"a.txt": b"content"}, revision="refs-test/x")

    assert head(api) == start == api.dataset_info(REPO, revision=start[:8]).sha
    assert "a.txt" in api.list_repo_files(REPO, revision="refs-test/x", repo_type="dataset")


def test_a_deleted_branch_is_gone(api: HfApi) -> None:
    api.create_branch(REPO, branch="next", repo_type="dataset")
    with pytest.raises(HfHubHTTPError) as caught:
        api.create_branch(REPO, branch="next", repo_type="dataset")

    api.delete_branch(REPO, branch="next", repo_type="dataset")

    assert caught.value.response.status_code == 409
    assert [ref.name for ref in api.list_repo_refs(REPO, repo_type="dataset").branches] == ["main"]


def test_files_and_folders_are_deleted(api: HfApi) -> None:
    push(api, {"old/a.txt": b"a", "old/b.txt": b"b", "kept.txt": b"k"})
    operations = [CommitOperationDelete("old/"), CommitOperationDelete(".gitattributes")]

    api.create_commit(REPO, operations, commit_message="Clean", repo_type="dataset")

    assert api.list_repo_files(REPO, repo_type="dataset") == ["kept.txt"]
    with pytest.raises(RemoteEntryNotFoundError, match="A file with this name doesn't exist"):
        api.delete_file("old/a.txt", REPO, repo_type="dataset")


def test_long_listings_come_in_pages(tmp_path: Path) -> None:
    with HubDouble(tmp_path, {"hf_write": "write"}, page_size=3) as double:
        api = HfApi(endpoint=double.url, token="hf_write")
        api.create_repo(REPO, repo_type="dataset")
        push(api, {f"folder {n % 2}/{n}.txt": b"content" for n in range(10)})

        whole = list(api.list_repo_tree(REPO, recursive=True, repo_type="dataset"))
        part = list(api.list_repo_tree(REPO, "folder 1", repo_type="dataset"))

        assert len(whole) == 13
        assert [entry.path for entry in part] == [f"folder 1/{n}.txt" for n in (1, 3, 5, 7, 9)]
        # The last line is written when its answer is on its way already.
        deadline = monotonic() + 5
        while tree_requests(double) < 7 and monotonic() < deadline:
            sleep(0.01)
        assert tree_requests(double) == 7


def tree_requests(double: HubDouble) -> int:
    return [request.route for request in double.requests].count("tree")


@pytest.mark.parametrize(
    ("asked", "status", "start", "end"),
    [("bytes=2-5", 206, 2, 6), ("bytes=-4", 206, -4, None), ("bytes=1-", 206, 1, None), ("bytes=0-0", 206, 0, 1),
     ("bytes=7-999999", 206, 7, None), ("bytes=999999-", 416, 0, 0), ("lines=1-2", 200, 0, None)],
)  # fmt: skip
def test_ranges_of_a_file_are_served(
    hub: HubDouble, api: HfApi, asked: str, status: int, start: int, end: int | None
) -> None:
    content = parquet()
    commit = push(api, {"train.parquet": content}).oid
    address = f"{hub.url}/datasets/{REPO}/resolve/main/train.parquet"

    answer = httpx2.get(address, headers={"Range": asked})
    whole = httpx2.head(address)

    assert answer.status_code == status
    assert status == 416 or answer.content == content[start:end]
    assert whole.headers["X-Repo-Commit"] == commit
    assert whole.headers["X-Linked-Size"] == whole.headers["Content-Length"] == str(len(content))


def test_a_process_killed_and_started_again_keeps_its_repositories(tmp_path: Path) -> None:
    def start() -> tuple[subprocess.Popen[str], HfApi]:
        process = subprocess.Popen(
            [sys.executable, "-m", "exports.hub_double", "--data", str(tmp_path / "hub"), "--token", "hf_write"],
            cwd=ROOT, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdout
        return process, HfApi(endpoint=process.stdout.readline().split()[-1], token="hf_write")

    process, api = start()
    api.create_repo(REPO, repo_type="dataset")
    commit = push(api, {"train.parquet": parquet()})
    api.create_tag(REPO, tag="v1", repo_type="dataset")
    memory = Path(f"/proc/{process.pid}/status").read_text().split("VmRSS:")[1].split()[0]
    process.send_signal(signal.SIGKILL)
    process.wait()

    process, api = start()
    try:
        assert api.dataset_info(REPO, revision="v1").sha == commit.oid
        assert push(api, {"train.parquet": parquet()}).oid == commit.oid
        assert int(memory) < 32_000
    finally:
        process.terminate()
        process.wait()


def test_a_stopped_double_answers_nobody(tmp_path: Path) -> None:
    with httpx2.Client() as client:
        with HubDouble(tmp_path, {}) as double:
            before = client.get(double.url).status_code

        with pytest.raises(httpx2.NetworkError):
            client.get(double.url)

    assert before == 200


def test_the_pages_for_people_show_hostile_text_as_text(hub: HubDouble, api: HfApi) -> None:
    hostile = b"<script>alert(1)</script>\xff\x00"
    readme = b"---\nlicense: <script>\n---\n<script>alert(1)</script>"
    push(api, {"README.md": readme, "<img src=x>.txt": hostile})
    api.create_tag(REPO, tag="v1", repo_type="dataset")

    page = httpx2.get(f"{hub.url}/datasets/{REPO}/tree/v1")
    file = httpx2.get(f"{hub.url}/datasets/{REPO}/resolve/v1/%3Cimg%20src%3Dx%3E.txt")

    assert page.text.count("&lt;script&gt;") == 2
    assert "<script" not in page.text
    assert "<img" not in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert file.content == hostile
    assert "sandbox" in file.headers["Content-Security-Policy"]
    assert REPO in httpx2.get(hub.url).text
