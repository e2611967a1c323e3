#include <outweigh/graph/who_else_backtest-inl.hpp>
#include <outweigh/graph/who_else_backtest.hpp>
