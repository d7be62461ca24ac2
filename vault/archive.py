def is_archive(path: str) -> bool:
    return False
