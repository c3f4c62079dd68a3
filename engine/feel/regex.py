"""placeholder"""
import re
class PatternError(ValueError): ...
class _P:
    def __init__(s,p,f): 
        try: s.p=re.compile(p, sum({'i':re.I,'s':re.S,'m':re.M,'x':re.X}[c] for c in f))
        except (re.error,KeyError) as e: raise PatternError(str(e))
    def search(s,t): return s.p.search(t)
    def replace(s,t,r): return s.p.sub(re.sub(r'\$(\d)', r'\\g<\1>', r), t)
    def split(s,t): return s.p.split(t)
def compile_pattern(p,f,run): return _P(p,f)
