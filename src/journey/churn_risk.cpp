#include <outweigh/journey/churn_risk-inl.hpp>
#include <outweigh/journey/churn_risk.hpp>
