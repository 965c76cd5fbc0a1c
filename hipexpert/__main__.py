"""``python -m hipexpert`` is the same as ``hipexpert``."""

from hipexpert.cli.main import main

if __name__ == "__main__":
    main()
