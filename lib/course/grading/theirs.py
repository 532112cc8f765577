"""Runs a student's notebook: the only part of the grader on the student's side of the wall.

It starts an ordinary Jupyter kernel, reads requests from its standard input and writes what came of them to its
standard output, one line of JSON each. A student's code can do to it whatever it likes: it is in the same sandbox,
it knows nothing, and the other side believes nothing but that it has received a text. It needs no file of the book
but itself, and starts fast.
"""

import contextlib
import json
import os
import resource
import sys
import time
from queue import Empty
from typing import Any

NOBODY = 65534
PATIENCE = 3.0  # seconds that a kernel has to obey an interrupt
IMAGES = ("image/png", "image/jpeg")


def confine(limits: dict[str, Any]) -> None:
    """Give up what is not needed, for this process and all that come of it."""
    bounds = [("RLIMIT_CORE", 0), ("RLIMIT_FSIZE", limits["folder"]), ("RLIMIT_AS", limits["memory"])]
    if limits["sandboxed"]:  # elsewhere it would count what else the user runs
        bounds += [("RLIMIT_NPROC", 4 * limits["processes"])]
    for name, most in bounds:
        with contextlib.suppress(AttributeError, OSError, ValueError):  # of systems without this limit
            resource.setrlimit(getattr(resource, name), (most, most))
    if limits["sandboxed"] and os.getuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


class Kernel:
    """A kernel whose cells end: by themselves, by an interrupt, or with it."""

    def __init__(self, limits: dict[str, Any]) -> None:
        from jupyter_client.manager import KernelManager

        self.limits = limits
        self.manager = KernelManager()
        quiet = ["--HistoryManager.enabled=False", "--IPKernelApp.log_level=50", "--InteractiveShell.colors=NoColor"]
        with open(os.devnull, "w") as nowhere:
            self.manager.start_kernel(extra_arguments=quiet, stdout=nowhere, stderr=nowhere)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def run(self, code: str, expression: str | None = None, seconds: float = 20.0) -> dict[str, Any]:
        """Run code, or evaluate an expression, and return its outputs, its value, and how it ended."""
        sought = {} if expression is None else {"answer": expression}
        own = self.client.execute(code, silent=expression is not None, user_expressions=sought, allow_stdin=False)
        self.outputs: list[dict[str, Any]] = []
        self.room = {"lines": self.limits["lines"], "text": self.limits["text"], "pictures": self.limits["pictures"]}
        end, interrupted, reply, idle = time.monotonic() + seconds, False, None, False
        while not (idle and reply):
            idle = self._listen(own) or idle
            reply = reply or self._reply(own)
            if idle or reply:
                end = min(end, time.monotonic() + PATIENCE)
            if not self.manager.is_alive():
                return self._result("died")
            if time.monotonic() > end:
                if interrupted or idle or reply:
                    break
                self.manager.interrupt_kernel()
                interrupted, end = True, time.monotonic() + PATIENCE
        if not reply:
            return self._result("lost")
        ended = "stopped" if interrupted else reply.get("status", "error")
        return self._result(ended, reply.get("user_expressions", {}).get("answer"))

    def _result(self, ended: str, answer: object = None) -> dict[str, Any]:
        return {"ended": ended, "outputs": self.outputs, "answer": answer}

    def _listen(self, own: str) -> bool:
        """Take what the kernel publishes; return whether it has finished."""
        try:
            message = self.client.get_iopub_msg(timeout=0.05)
        except Empty:
            return False
        if message["parent_header"].get("msg_id") != own:
            return False
        kind, content = message["msg_type"], message["content"]
        if kind == "stream":
            self._print(content["name"], content["text"])
        elif kind in {"display_data", "execute_result"}:
            self._show(content)
        elif kind == "error":
            self.outputs.append({"output_type": "error", **self._error(content)})
        elif kind == "clear_output":
            self.outputs.clear()
        return kind == "status" and content["execution_state"] == "idle"

    def _reply(self, own: str) -> dict[str, Any] | None:
        try:
            message = self.client.get_shell_msg(timeout=0)
        except Empty:
            return None
        return message["content"] if message["parent_header"].get("msg_id") == own else None

    def _print(self, name: str, text: str) -> None:
        text = self._cut(text)
        if self.outputs and self.outputs[-1].get("name") == name:
            self.outputs[-1]["text"] += text
        elif text:
            self.outputs.append({"output_type": "stream", "name": name, "text": text})

    def _show(self, content: dict[str, Any]) -> None:
        data = {"text/plain": self._cut(str(content["data"].get("text/plain", "")))}
        for kind in IMAGES:
            picture = content["data"].get(kind, "")
            if 0 < len(picture) <= self.limits["picture"] and self.room["pictures"] > 0:
                self.room["pictures"] -= 1
                data[kind] = picture
        self.outputs.append({"output_type": "display_data", "data": data})

    def _error(self, content: dict[str, Any]) -> dict[str, Any]:
        lines = [self._cut(line) for line in content["traceback"][-30:]]
        return {"ename": content["ename"][:200], "evalue": content["evalue"][:2000], "traceback": lines}

    def _cut(self, text: str) -> str:
        """Cut what is printed beyond the limits, and say so once."""
        if self.room["text"] <= 0 or self.room["lines"] <= 0:
            return ""
        kept = "".join(text[: self.room["text"]].splitlines(keepends=True)[: self.room["lines"]])
        self.room["text"] -= len(kept)
        self.room["lines"] -= kept.count("\n")
        if len(kept) < len(text):
            self.room["text"] = 0
            kept += "\n[What follows is cut: it is too long.]\n"
        return kept


def main(limits: dict[str, Any]) -> None:
    """Answer requests until there are no more, or no kernel."""
    confine(limits)
    kernel = Kernel(limits)
    print(json.dumps({"ended": "ready"}), flush=True)
    for line in sys.stdin:
        result = kernel.run(**json.loads(line))
        print(json.dumps(result), flush=True)
        if result["ended"] in {"died", "lost"}:
            break


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
