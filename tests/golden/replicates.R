# Makes replicates.csv with R's survey package. Run in this folder: Rscript replicates.R > replicates.csv
suppressMessages(library(survey))
options(digits = 17, survey.lonely.psu = "fail")
data(api)
apiclus2$enroll[is.na(apiclus2$enroll)] <- 0
say <- function(case, quantity, value) cat(paste0(case, ",", quantity, ",", format(value, digits = 17)), sep = "\n")
both <- function(case, quantity, statistic, i = 1) {
  say(case, quantity, as.numeric(coef(statistic))[i])
  say(case, paste0(quantity, ".se"), as.numeric(SE(statistic))[i])
}
describe <- function(case, design) {
  both(case, "mean_api00", svymean(~api00, design))
  both(case, "total_enroll", svytotal(~enroll, design))
  both(case, "ratio_api00_api99", svyratio(~api00, ~api99, design))
  both(case, "mean_api00_of_H", svymean(~api00, subset(design, stype == "H")))
  both(case, "total_enroll_of_H", svytotal(~enroll, subset(design, stype == "H")))
  both(case, "share_of_yes", svymean(~awards, design), 2)
}
stype <- data.frame(stype = c("E", "H", "M"), Freq = c(4421, 755, 1018))
wide <- data.frame(sch.wide = c("No", "Yes"), Freq = c(1072, 5122))
with99 <- c(`(Intercept)` = 6194, stypeH = 755, stypeM = 1018, api99 = 3914069)
strat <- svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat, fpc = ~fpc)
strat_infinite <- svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat)
clus1 <- svydesign(id = ~dnum, weights = ~pw, data = apiclus1, fpc = ~fpc)
srs <- svydesign(id = ~1, weights = ~pw, data = apisrs)
types <- list(strat = "JKn", strat_infinite = "JKn", clus1 = "JK1", srs = "JK1")
for (name in names(types)) {
  for (mse in c(FALSE, TRUE)) {
    d <- as.svrepdesign(get(name), type = types[[name]], mse = mse)
    case <- paste0(name, if (mse) "_mse" else "")
    describe(case, d)
    if (mse) next
    # Poststratification to less than the strata, so that replicates change.
    describe(paste0(case, "_poststrat"), postStratify(d, ~sch.wide, wide))
    describe(paste0(case, "_rake"), rake(d, list(~stype, ~sch.wide), list(stype, wide), control = list(maxit = 5000, epsilon = 1e-11)))
    describe(paste0(case, "_linear"), calibrate(d, ~stype + api99, with99))
    describe(paste0(case, "_raking"), calibrate(d, ~stype + api99, with99, calfun = "raking", epsilon = 1e-13, maxit = 200))
  }
}
