#include <outweigh/journey/churn_risk-inl.hpp>
