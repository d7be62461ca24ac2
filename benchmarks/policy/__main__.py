from benchmarks.measuring import show
from benchmarks.policy.deciding import figures

show(figures())
