#include <outweigh/listening/audit.hpp>
#include <outweigh/listening/audit-inl.hpp>
