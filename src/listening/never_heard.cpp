#include <outweigh/listening/never_heard-inl.hpp>
#include <outweigh/listening/never_heard.hpp>
