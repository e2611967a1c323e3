#include <outweigh/graph/who_else_backtest.hpp>
#include <outweigh/graph/who_else_backtest-inl.hpp>
