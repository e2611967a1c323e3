#include <outweigh/journey/event_log-inl.hpp>
#include <outweigh/journey/event_log.hpp>
