#include <outweigh/journey/churn_risk.hpp>
#include <outweigh/journey/churn_risk-inl.hpp>
