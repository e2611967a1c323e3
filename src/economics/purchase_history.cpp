#include <outweigh/economics/purchase_history-inl.hpp>
#include <outweigh/economics/purchase_history.hpp>
