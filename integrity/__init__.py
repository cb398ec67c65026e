"""Whether a file is what was written: known to those who write and to those who read, and to nobody else.

Belongs here: checksums (`sealed`), and the folder of published versions as publisher and app both see it (`versions`). Does not
belong here: writing a version (`orchestration.publish`), opening one (`dashboards.access`), what raw consists of
(`orchestration.raw`). It imports nothing of this project and nothing slow.
"""
