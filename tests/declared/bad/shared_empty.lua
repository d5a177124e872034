-- expect: 2: shared "extra" 里什么也没有
shared "extra" { "附加" }
