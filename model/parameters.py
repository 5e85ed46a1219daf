"""Temporary."""
from typing import Any
from types import SimpleNamespace
from math import sqrt
Parameters = Any
def _q(n,u):
    if n.shape=="fixed": return n.value
    a,b,c=n.low,n.high,n.value
    if n.shape=="uniform": return a+u*(b-a)
    f=(c-a)/(b-a)
    return a+sqrt(u*(b-a)*(c-a)) if u<f else b-sqrt((1-u)*(b-a)*(b-c))
def draw_parameters(sc, uniform):
    out=SimpleNamespace()
    for g in type(sc.uncertainties).model_fields:
        grp=getattr(sc.uncertainties,g)
        setattr(out,g,SimpleNamespace(**{k:_q(getattr(grp,k),uniform(f"{g}.{k}")) for k in type(grp).model_fields}))
    return out
def as_dict(p): return {f"{g}.{k}":v for g,n in vars(p).items() for k,v in vars(n).items()}
