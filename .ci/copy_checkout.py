"""Copy what git tracks or would track to a folder: ``python3 copy_checkout.py ROOT TARGET``.

Where there is no git, or the sources came as an archive, everything is copied but environments,
caches and builds.
"""

import shutil
import subprocess
import sys
from pathlib import Path

LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "venv", "__pycache__", ".*_cache", "_build", "dist"
)


def copy(root: Path, target: Path) -> int:
    """Return the number of files copied."""
    listing = ["git", "-C", str(root), "ls-files", "-co", "--exclude-standard", "-z"]
    try:
        answer = subprocess.run(listing, check=True, capture_output=True).stdout.decode()
    except (OSError, subprocess.CalledProcessError):
        shutil.copytree(root, target, ignore=LEFT_OUT, dirs_exist_ok=True)
        return sum(path.is_file() for path in target.rglob("*"))
    names = [name for name in answer.split("\0") if name and (root / name).is_file()]
    for name in names:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(root / name, target / name)
    return len(names)


if __name__ == "__main__":
    print(copy(Path(sys.argv[1]), Path(sys.argv[2])), "files")
