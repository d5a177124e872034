-- expect: 0: 缺 event 声明
applicant "owner" { "本人" }
