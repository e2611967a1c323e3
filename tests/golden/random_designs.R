# Makes random_designs.csv, samples drawn at random, and random_answers.csv, what R's survey package (Debian: r-cran-survey)
# says of them. Run in this folder: Rscript random_designs.R [designs, 7 by default] [seed]
suppressMessages(library(survey))
options(digits = 17, survey.lonely.psu = "fail")
arguments <- as.numeric(commandArgs(trailingOnly = TRUE))
designs <- if (length(arguments) > 0) arguments[1] else 7
set.seed(if (length(arguments) > 1) arguments[2] else 2026)
answers <- file("random_answers.csv", "w")
cat("case,quantity,value", sep = "\n", file = answers)
say <- function(case, quantity, value) cat(paste0(case, ",", quantity, ",", format(value, digits = 13)), sep = "\n", file = answers)
both <- function(case, quantity, statistic, i = 1) {
  say(case, quantity, as.numeric(coef(statistic))[i])
  say(case, paste0(quantity, ".se"), as.numeric(SE(statistic))[i])
}
tried <- function(expression) {
  result <- try(suppressWarnings(expression), silent = TRUE)
  if (inherits(result, "try-error")) NULL else result
}
between <- function(low, high, n = 1) runif(n, low, high)

# Units of one to three stages, with strata, sizes of populations and unequal weights by chance.
draw <- function(number) {
  stages <- sample(0:2, 1); strata <- sample(1:4, 1); rows <- NULL
  for (h in seq_len(strata)) {
    clusters <- sample(2:7, 1) + 2 * (strata == 1)
    for (k in seq_len(if (stages == 0) 3 * clusters else clusters)) {
      within <- if (stages == 0) 1 else sample(2:6, 1)
      rows <- rbind(rows, data.frame(stratum = h, cluster = if (stages == 0) 0 else 100 * h + k, unit = seq_len(within),
                                     drawn = if (stages == 0) 3 * clusters else clusters, within = within))
    }
  }
  n <- nrow(rows)
  if (stages == 0) rows$cluster <- seq_len(n)
  rows$unit <- seq_len(n)
  rows$size1 <- rows$drawn + c(3, 7, 20, 11)[rows$stratum]
  rows$size2 <- rows$within + rows$cluster %% 3 + 1
  rows$a <- sample(c("p", "q", "r"), n, TRUE, c(5, 3, 2)); rows$b <- sample(c("m", "n"), n, TRUE)
  rows$x <- round(rgamma(n, 4), 6); rows$z <- round(rnorm(n, 10, 2), 6)
  rows$v <- round(between(1, 3, n), 6)
  rows$dom <- sample(c("d1", "d2", "d3"), n, TRUE)
  rows$y <- round(3 * rows$x - rows$z + 4 * (rows$a == "q") + rnorm(n, 2 * (rows$dom == "d2"), 4), 6)
  rows$w <- round(rgamma(n, 6) * 3, 6)
  finite <- sample(c(TRUE, FALSE), 1); two <- stages == 2 && finite; weighted <- sample(c(TRUE, FALSE), 1) || !finite
  call <- list(ids = if (two) ~cluster + unit else ~cluster, data = rows, nest = TRUE)
  if (strata > 1) call$strata <- ~stratum
  if (finite) call$fpc <- if (two) ~size1 + size2 else ~size1
  if (weighted) call$weights <- ~w
  rows$design <- number
  for (name in c("strata", "finite", "two", "weighted")) rows[[paste0("is_", name)]] <- as.integer(get(name) > (name == "strata"))
  list(rows = rows, design = do.call(svydesign, call), stratified = strata > 1, plain = !two)
}
by_domain <- function(case, d, replicates = FALSE) {
  for (level in c("d1", "d2")) {
    inside <- subset(d, dom == level)
    both(case, paste0("mean_of_", level), svymean(~y, inside)); both(case, paste0("total_of_", level), svytotal(~y, inside))
    both(case, paste0("ratio_of_", level), svyratio(~y, ~v, inside))
    if (replicates) next
    # Within the weight of the first value R takes the second one, which ends of intervals meet where rows are few.
    q <- if (sum(d$variables$dom == level) >= 10) tried(svyquantile(~y, inside, 0.6, df = degf(inside))[[1]])
    if (!is.null(q)) for (i in 1:4) say(case, paste0("quantile_of_", level, c("", ".lower", ".upper", ".se")[i]), q[1, i])
  }
}
describe <- function(case, d, replicates = FALSE) {
  w <- weights(d, "sampling")
  say(case, "weight_4", w[4])
  say(case, "weight_squares", sum(w^2))
  both(case, "mean", svymean(~y, d)); both(case, "total", svytotal(~y, d)); both(case, "ratio", svyratio(~y, ~v, d))
  share <- svymean(~dom, d)
  for (i in 1:3) both(case, paste0("share_of_d", i), share, i)
  parts <- svytotal(~y1 + n1 + y3 + n3, update(d, n1 = as.numeric(dom == "d1"), n3 = as.numeric(dom == "d3"),
                    y1 = y * (dom == "d1"), y3 = y * (dom == "d3")))
  if (!replicates) both(case, "difference", svycontrast(parts, quote(y1 / n1 - y3 / n3)))
  by_domain(case, d, replicates)
  if (replicates || any(w < 0) || nrow(d$variables) < 20) return(invisible())
  for (p in c(0.25, 0.8)) {
    q <- tried(svyquantile(~y, d, p, df = degf(d))[[1]])
    if (!is.null(q)) for (i in 1:4) say(case, paste0("quantile_", p, c("", ".lower", ".upper", ".se")[i]), q[1, i])
  }
}
all_rows <- NULL
for (number in seq_len(designs)) {
  drawn <- draw(number); d <- drawn$design; rows <- drawn$rows
  all_rows <- rbind(all_rows, rows)
  name <- paste0("design", number)
  w <- weights(d)
  sum_by <- function(column) tapply(w, rows[[column]], sum)
  near <- function(sums, total) { moved <- sums * between(0.85, 1.15, length(sums)); signif(moved * total / sum(moved), 12) }
  total <- sum(w) * between(0.9, 1.1)
  a <- near(sum_by("a"), total); b <- near(sum_by("b"), total); b[2] <- sum(a) - b[1]
  of_x <- signif(sum(w * rows$x) * sum(a) / sum(w) * between(0.97, 1.03), 12)
  of_z <- signif(sum(w * rows$z) * sum(a) / sum(w) * between(0.97, 1.03), 12)
  for (l in names(a)) say(name, paste0("known_a_", l), a[[l]])
  for (l in names(b)) say(name, paste0("known_b_", l), b[[l]])
  say(name, "known_x", of_x); say(name, "known_z", of_z)
  frame_a <- data.frame(a = names(a), Freq = as.numeric(a)); frame_b <- data.frame(b = names(b), Freq = as.numeric(b))
  known <- c(`(Intercept)` = sum(a), aq = a[["q"]], ar = a[["r"]], bn = b[["n"]], x = of_x)
  ask <- function(formula, totals, ...) tried(calibrate(d, formula, totals, epsilon = 1e-12, maxit = 500, ...))
  linear <- ask(~a + b + x, known)
  g <- weights(linear) / w
  bounds <- c(min(g) + 0.1 * (1 - min(g)), 1 + 0.9 * (max(g) - 1))
  usable <- bounds[1] < 1 && bounds[2] > 1
  if (usable) { say(name, "lower", bounds[1]); say(name, "upper", bounds[2]) }
  raked <- tried(rake(d, list(~a, ~b), list(frame_a, frame_b), control = list(maxit = 5000, epsilon = 1e-12)))
  post <- postStratify(d, ~a, frame_a)
  cases <- list(base = d, poststratify = post, rake = raked, linear = linear, linear_a = ask(~a, known[1:3]),
    through_zero = ask(~x + z - 1, c(x = of_x, z = of_z)), raking = ask(~a + b + x, known, calfun = "raking"),
    two_numbers = ask(~a + x + z, c(known[1:3], x = of_x, z = of_z)))
  if (usable) for (f in c("linear", "raking", "logit")) cases[[paste0("bounded_", f)]] <- ask(~a + b + x, known, calfun = f, bounds = bounds)
  for (case in names(cases)) if (!is.null(cases[[case]])) describe(paste0(name, "_", case), cases[[case]])
  if (!drawn$plain) next
  for (mse in c(FALSE, TRUE)) {
    jackknife <- as.svrepdesign(d, type = if (drawn$stratified) "JKn" else "JK1", mse = mse)
    case <- paste0(name, "_jackknife", if (mse) "_mse")
    describe(case, jackknife, TRUE)
    if (mse) next
    others <- list(poststratify = tried(postStratify(jackknife, ~a, frame_a)),
      # R stops when the sample's own weights are raked, with replicates that are not: it must go on.
      rake = tried(rake(jackknife, list(~a, ~b), list(frame_a, frame_b), control = list(maxit = 150, epsilon = 1e-30))),
      linear = tried(calibrate(jackknife, ~a + b + x, known)),
      raking = tried(calibrate(jackknife, ~a + b + x, known, calfun = "raking", epsilon = 1e-12, maxit = 500)))
    for (other in names(others)) if (!is.null(others[[other]])) describe(paste0(case, "_", other), others[[other]], TRUE)
  }
}
close(answers)
write.csv(all_rows, "random_designs.csv", row.names = FALSE, quote = FALSE)
