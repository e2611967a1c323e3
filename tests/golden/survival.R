# Golden values of the survival tests, from R's survival package: Rscript tests/golden/survival.R
library(survival)
options(digits = 15)
d <- data.frame(
  time = c(4, 3, 1, 1, 2, 2, 3, 5, 6, 6, 7, 8, 2, 4, 4, 9, 10, 10, 11, 1),
  event = c(1, 1, 1, 0, 1, 1, 0, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1),
  x = c(0, 2, 1, 1, 1, 0, 0, 3, 1, 2, 0, 1, 2, 1, 0, 0, 1, 2, 0, 3),
  z = c(1.5, -0.3, 2.2, 0.1, -1.1, 0.7, 0.9, -2.0, 1.3, 0.4, -0.6, 1.0, 0.2, -0.9, 1.8, -1.4, 0.5, 0.3, -0.2, 0.8),
  g = rep(c("a", "b"), 10),
  id = rep(1:10, 2)
)
km <- survfit(Surv(time, event) ~ 1, d, conf.type = "log-log", conf.int = 0.9)
print(cbind(km$time, km$surv, km$std.err * km$surv, km$lower, km$upper))
print(survdiff(Surv(time, event) ~ g, d)[c("obs", "exp", "chisq")])
print(survdiff(Surv(time, event) ~ g + strata(x > 0), d)$chisq)
for (ties in c("efron", "breslow")) {
  m <- coxph(Surv(time, event) ~ x + z, d, ties = ties)
  print(c(coef(m), sqrt(diag(vcov(m))), m$loglik))
  r <- coxph(Surv(time, event) ~ x + z, d, ties = ties, robust = TRUE)
  print(sqrt(diag(vcov(r))))
  k <- coxph(Surv(time, event) ~ x + z, d, ties = ties, cluster = id)
  print(sqrt(diag(vcov(k))))
  s <- coxph(Surv(time, event) ~ x + z + strata(g), d, ties = ties)
  print(c(coef(s), sqrt(diag(vcov(s))), s$loglik))
}
print(basehaz(coxph(Surv(time, event) ~ x + z, d))[c(1, 5, 11), ])
# Predictions: survival with errors, by ties and by stratum, and relative risks.
new <- data.frame(x = c(0, 3), z = c(-1, 1.5))
for (ties in c("efron", "breslow")) {
  m <- coxph(Surv(time, event) ~ x + z, d, ties = ties)
  f <- summary(survfit(m, new), times = c(2, 6))
  print(cbind(f$surv, f$std.err))
  print(predict(m, new, type = "lp", se.fit = TRUE))
}
s <- coxph(Surv(time, event) ~ x + z + strata(g), d, eps = 1e-14, iter.max = 50)
f <- summary(survfit(s, data.frame(x = 3, z = 1.5, g = "b")), times = c(2, 6))
print(cbind(f$surv, f$std.err))
