#include <outweigh/economics/purchase_history.hpp>
#include <outweigh/economics/purchase_history-inl.hpp>
